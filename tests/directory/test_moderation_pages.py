"""The pages of moderation: no oracle for who reports, no home for the staff, no name of a reporter for anyone."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache

from directory.models import Case, Report
from directory.publishing import publish
from directory.reminding import remind_of_waiting_cases
from scopes.models import Alias, Level, Openness, OutgoingMail
from scopes.on_call import on_call
from scopes.sending import written
from tests.directory.browsing import browser, said
from tests.directory.moderation import CANARY, WHY, cases, decided, make_disorder, reported, stands
from tests.neighbours import neighbour

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]
REPORT = {"reason": "hurtful", "words": "C’est une insulte."}
#: Reports that are asked again.
WRONG = ({"reason": "other"}, {"reason": "ennui"}, {"reason": "other", "words": "a" * 2000})


@pytest.fixture(autouse=True)
def at_once(settings):
    """Answers take the time they take; nobody has tried anything yet."""
    settings.EVEN_SECONDS = 0
    cache.clear()


@pytest.fixture
def disorder(village):
    return make_disorder(village)


def elsewhere(disorder):
    return neighbour("Elsa", disorder.village.residences["E"])


class TestReporting:
    @pytest.mark.parametrize(
        "fields", [REPORT, {}, *(pytest.param(fields, marks=pytest.mark.slow) for fields in WRONG)]
    )
    def test_what_is_there_what_is_not_ours_and_what_does_not_exist_answer_alike(self, disorder, fields):
        private, public = disorder.post(), disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        for who in (None, elsewhere(disorder), disorder.reader):
            answers = set()
            for public_id in (
                private.public_id,
                public.public_id,
                disorder.answer(private, disorder.second).public_id,
                uuid4(),
            ):
                client = browser(who)
                page = f"/signaler/{public_id}/"
                told = (said(client.get(page)), said(client.post(page, fields)), said(client.get("/signaler/merci/")))
                answers.add(tuple(part.replace(str(public_id).encode(), b"") for part in told))
            assert len(answers) == 1
            assert CANARY.encode() not in b"".join(answers.pop())

    def test_it_opens_a_case_and_thanks(self, disorder):
        post = disorder.post()
        client = browser(disorder.reader)
        answer = client.post(f"/signaler/{post.public_id}/", REPORT, follow=True)
        assert answer.redirect_chain == [("/signaler/merci/", 302)] and "Merci, nous regardons." in answer.text
        assert [case.subject for case in cases()] == [post.public_id]

    def test_a_bad_report_is_asked_again_with_what_was_written(self, disorder):
        answer = browser(None).post(f"/signaler/{uuid4()}/", {"words": "Ces mots restent."})
        assert answer.status_code == 400
        assert "Ces mots restent." in answer.text and "field-error" in answer.text

    def test_floods_are_refused_whatever_is_reported(self, disorder, settings):
        limits = settings.ACCOUNT_RATE_LIMITS
        assert (limits["report"], limits["report_signed_in"]) == ("10/h/ip", "20/d/user")
        settings.ACCOUNT_RATE_LIMITS = {**limits, "report": "2/h/ip", "report_signed_in": "3/d/user"}
        for who, most in ((None, 2), (disorder.reader, 3)):
            for public_id in (uuid4(), disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC).public_id):
                cache.clear()
                client = browser(who)
                statuses = [client.post(f"/signaler/{public_id}/", REPORT).status_code for _ in range(most + 1)]
                assert statuses == [302] * most + [429]
                assert client.get(f"/signaler/{public_id}/").status_code == 200

    def test_no_cache_keeps_the_page(self, disorder):
        assert "no-store" in browser(None).get(f"/signaler/{uuid4()}/").headers["Cache-Control"]

    def test_a_listing_offers_it_discreetly(self, disorder):
        shop = publish(category="bakery", title="Le Fournil", municipality=disorder.village.town)
        assert f"/signaler/{shop.public_id}/" in browser(None).get(f"/annonce/{shop.public_id}/").text


class TestWhoDecides:
    def test_only_those_who_keep_the_residence_find_its_cases(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        page = f"/moderation/{case.public_id}/"
        for who in (disorder.moderator, disorder.second):
            assert CANARY in browser(who).get("/moderation/").text
            assert CANARY in browser(who).get(page).text
        other = neighbour("Autre", disorder.village.residences["B"], moderates=True)
        assert CANARY not in browser(other).get("/moderation/").text
        newcomer = neighbour("Neuf", disorder.village.residences["A"], moderates=True, settled=False)
        for who in (disorder.author, disorder.reader, newcomer, disorder.staff, elsewhere(disorder)):
            client = browser(who)
            assert client.get("/moderation/").status_code == 404
            for address in (page, f"/moderation/{uuid4()}/"):
                assert client.get(address).status_code == client.post(address, {"deed": "keep"}).status_code == 404
        assert said(browser(other).get(page)) == said(browser(other).get(f"/moderation/{uuid4()}/"))
        assert cases()[0].closed_at is None

    def test_a_passer_by_is_asked_who_they_are(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        for address in ("/moderation/", f"/moderation/{case.public_id}/", "/mes-messages/decisions/"):
            assert browser(None).get(address).status_code == 302
        for address in ("/moderation/astreinte/", f"/moderation/astreinte/{case.public_id}/"):
            for who in (None, disorder.moderator, disorder.reader):
                assert browser(who).get(address).status_code == 404

    def test_the_staff_see_the_words_and_nothing_that_says_where_or_who(self, disorder):
        home = disorder.village.residences["A"]
        home.name = "Résidence Les Mimosas"
        home.save(update_fields=["name"])
        case = reported(disorder.post(), disorder.reader, words="Quelle honte.")
        for address in ("/moderation/astreinte/", f"/moderation/astreinte/{case.public_id}/"):
            text = browser(disorder.staff).get(address).text
            assert CANARY in text
            assert not re.search(r"Mimosas|Armelle|Bachir|residence:A", text)
            assert str(disorder.author.alias.public_id) not in text
        assert "dans l’espace d’un immeuble" in text and "Quelle honte." in text

    def test_the_staff_read_no_column_of_the_residence(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        with on_call():
            found = Case.objects.without_a_home().get(pk=case.pk)
        assert "residence_id" not in found.__dict__ and found.was_private

    def test_the_staff_do_not_find_what_is_said_of_their_own_words(self, disorder):
        agent = neighbour("Agent", disorder.village.residences["A"], account=disorder.staff, moderates=True)
        case = reported(disorder.post(author=agent), disorder.reader)
        client = browser(disorder.staff)
        for queue in ("/moderation/", "/moderation/astreinte/"):
            assert CANARY not in client.get(queue).text
            assert client.get(f"{queue}{case.public_id}/").status_code == 404

    def test_the_page_of_what_is_public_is_a_step_away_for_the_staff_alone(self, disorder):
        shop = publish(category="bakery", title=CANARY, municipality=disorder.village.town)
        for thing, address in (
            (shop, f"/annonce/{shop.public_id}/"),
            (disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC), "/mot/"),
        ):
            case = reported(thing, None)
            assert address in browser(disorder.staff).get(f"/moderation/astreinte/{case.public_id}/").text
        case = reported(disorder.post(level=Level.MUNICIPALITY), disorder.reader)
        assert "Voir la page" not in browser(disorder.staff).get(f"/moderation/astreinte/{case.public_id}/").text


class TestDeciding:
    @pytest.mark.parametrize("queue", ["/moderation/", "/moderation/astreinte/"])
    def test_hide_with_a_reason_then_put_back(self, disorder, queue):
        post = disorder.post()
        case = reported(post, disorder.reader)
        client = browser(disorder.moderator if queue == "/moderation/" else disorder.staff)
        page = f"{queue}{case.public_id}/"
        answer = client.post(page, {"deed": "hide", **WHY}, follow=True)
        assert "C’est décidé : masqué." in answer.text and not stands(post)
        assert WHY["words"] in client.get(page).text
        client.post(page, {"deed": "restore"})
        assert stands(post)

    def test_a_form_left_empty_says_what_is_missing_and_decides_nothing(self, disorder):
        post = disorder.post()
        case = reported(post, disorder.reader)
        for fields in (
            {"deed": "hide"},
            {"deed": "hide", **WHY, "words": ""},
            {"deed": "hide", **WHY, "words": "\u200b "},
        ):
            answer = browser(disorder.moderator).post(f"/moderation/{case.public_id}/", fields)
            assert answer.status_code == 400 and "field-error" in answer.text
        for deed in ("", "uphold-all", "delete"):
            assert browser(disorder.moderator).post(f"/moderation/{case.public_id}/", {"deed": deed}).status_code == 400
        assert stands(post)

    def test_the_slower_of_two_moderators_is_told(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        page = f"/moderation/{case.public_id}/"
        browser(disorder.moderator).post(page, {"deed": "keep"})
        assert browser(disorder.second).post(page, {"deed": "hide", **WHY}).status_code == 409

    def test_nobody_answers_an_appeal_against_themselves(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        decided(case, disorder.moderator)
        browser(disorder.author).post(f"/mes-messages/decisions/{case.public_id}/", {"words": "Je conteste."})
        page = f"/moderation/{case.public_id}/"
        client = browser(disorder.moderator)
        assert "Remettre en place" not in client.get(page).text
        assert client.post(page, {"deed": "restore"}).status_code == 403
        assert "Je conteste." in browser(disorder.second).get(page).text


class TestTheAuthor:
    def test_reads_why_and_contests_once(self, disorder):
        post = disorder.post()
        case = reported(post, disorder.reader, words="Bachir l’a vu.")
        decided(case, disorder.moderator)
        client = browser(disorder.author)
        assert CANARY in client.get("/mes-messages/decisions/").text
        page = f"/mes-messages/decisions/{case.public_id}/"
        text = client.get(page).text
        for told in (WHY["words"], "insulte, menace ou harcèlement", "les règles d’Alentour", "Contester"):
            assert told in text
        for hushed in ("Bachir", "Mireille", "1 signalement"):
            assert hushed not in text
        assert client.post(page, {"words": ""}).status_code == 400
        assert "quelqu’un d’autre relit" in client.post(page, {"words": "Je conteste."}, follow=True).text
        assert client.post(page, {"words": "Encore."}).status_code == 409
        browser(disorder.second).post(f"/moderation/{case.public_id}/", {"deed": "restore"})
        assert stands(post) and "Remis en place" in client.get(page).text

    def test_is_not_told_of_what_was_left_in_place(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        client = browser(disorder.author)
        before = said(client.get("/mes-messages/decisions/"))
        decided(case, disorder.moderator, "keep")
        assert said(client.get("/mes-messages/decisions/")) == before
        assert client.get(f"/mes-messages/decisions/{case.public_id}/").status_code == 404

    def test_nobody_else_reads_it(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        decided(case, disorder.moderator)
        page = f"/mes-messages/decisions/{case.public_id}/"
        for who in (disorder.reader, disorder.moderator, disorder.staff, elsewhere(disorder)):
            client = browser(who)
            assert CANARY not in client.get("/mes-messages/decisions/").text
            assert said(client.get(page)) == said(client.get(f"/mes-messages/decisions/{uuid4()}/"))
            assert client.post(page, {"words": "Moi aussi."}).status_code == 404


class TestWhereTheAuthorLearnsOfIt:
    @pytest.mark.parametrize("level", [Level.RESIDENCE, Level.MUNICIPALITY])
    def test_the_address_of_what_was_hidden_leads_its_author_to_why(self, disorder, level):
        post = disorder.post(level=level)
        case = reported(post, disorder.reader)
        decided(case, disorder.staff)
        for address in (f"/mot/{post.public_id}/", f"/annonce/{post.public_id}/"):
            answer = browser(disorder.author).get(address)
            assert answer.headers["Location"] == f"/mes-messages/decisions/{case.public_id}/"
            for who in (disorder.reader, disorder.moderator, disorder.staff, None):
                absent = said(browser(who).get(address.replace(str(post.public_id), str(uuid4()))))
                assert said(browser(who).get(address)) == absent and absent.startswith(b"404")

    def test_an_answer_that_was_hidden_says_so_where_it_stood(self, disorder):
        post = disorder.post()
        answer = disorder.answer(post, disorder.reader)
        case = reported(answer, disorder.author)
        decided(case, disorder.moderator)
        page = f"/mot/{post.public_id}/"
        assert str(case.public_id) in browser(disorder.reader).get(page).text
        for who in (disorder.author, disorder.second):
            assert "masquée" not in browser(who).get(page).text

    def test_a_mail_says_that_something_was_decided_and_nothing_of_it(self, disorder):
        post = disorder.post()
        case = reported(post, disorder.reader)
        decided(case, disorder.moderator)
        mail = OutgoingMail.objects.get()
        assert mail.to == disorder.author.account.email
        text = written(mail).message().as_string()
        assert str(case.public_id) in text and written(mail).subject == "Une décision à propos de vos mots"
        for hushed in (CANARY, str(post.public_id), WHY["words"], "Armelle", "residence:A"):
            assert hushed not in text + str(mail.values)

    def test_no_mail_for_what_was_left_in_place_nor_to_who_is_gone(self, disorder):
        decided(reported(disorder.post(), disorder.reader), disorder.moderator, "keep")
        post = disorder.post(title="d’une personne partie")
        case = reported(post, disorder.reader)
        Alias.objects.filter(pk=disorder.author.alias_id).update(account=None)
        decided(case, disorder.moderator)
        assert not stands(post) and not OutgoingMail.objects.exists()


class TestReminding:
    def test_each_who_may_decide_gets_a_number_and_nothing_else(self, disorder):
        assert remind_of_waiting_cases() == 0
        reported(disorder.post(), disorder.reader)
        reported(disorder.post(author=disorder.moderator, title="b"), disorder.reader)
        neighbour("Autre", disorder.village.residences["B"], moderates=True)
        assert remind_of_waiting_cases() == 3
        numbers = {mail.to: mail.values for mail in OutgoingMail.objects.all()}
        assert numbers == {
            disorder.moderator.account.email: {"queue": "moderation", "number": 1},
            disorder.second.account.email: {"queue": "moderation", "number": 2},
            disorder.staff.email: {"queue": "on-call", "number": 2},
        }
        text = written(OutgoingMail.objects.get(to=disorder.staff.email)).body
        assert "2 signalements attendent" in text and "/moderation/astreinte/" in text and CANARY not in text


def test_reports_made_by_an_account_and_without_one_look_alike_to_moderators(disorder):
    pages = []
    for who in (None, disorder.reader):
        post = disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        browser(who).post(f"/signaler/{post.public_id}/", REPORT)
        case = cases()[-1]
        page = browser(disorder.staff).get(f"/moderation/astreinte/{case.public_id}/")
        pages.append(said(page).replace(str(case.public_id).encode(), b"").replace(str(post.public_id).encode(), b""))
    assert pages[0] == pages[1]
    with on_call():
        assert Report.objects.count() == 2
