"""`/moi/`: what one may do with one's data, and the fresh sign-in before it leaves."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from scopes.models import Account, Archive, Consent, Session
from scopes.rights import archives
from scopes.rights.fresh import FRESH
from scopes.rights.records import Use
from scopes.sessions import OF_NOBODY
from scopes.tasks import hand_over_archive
from tests.neighbours import person

pytestmark = pytest.mark.django_db
DEEDS = ["archive", "archive-file", "erase"]


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def own(client, ada) -> Client:
    """A browser that has just signed in."""
    client.force_login(ada)
    return client


def grow_stale(client: Client, seconds: float) -> None:
    session = client.session
    session["signed_in_at"] = time.time() - seconds
    session.save()


@pytest.mark.parametrize("name", ["rights", "sign-in-again", *DEEDS])
def test_a_passer_by_is_asked_to_sign_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={reverse(name)}"


class TestFreshSignIn:
    @pytest.mark.parametrize("name", DEEDS)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_an_older_sign_in_is_asked_for_again(self, own, ada, name, method):
        grow_stale(own, FRESH.total_seconds() + 1)
        answer = getattr(own, method)(reverse(name), {"confirmation": "effacer"})
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith(reverse("sign-in-again"))
        assert Account.objects.filter(pk=ada.pk).exists()

    def test_a_clock_set_back_makes_nothing_fresh(self, own):
        grow_stale(own, -3600)
        assert own.get(reverse("erase")).status_code == 302

    def test_a_session_that_knows_no_sign_in_is_not_fresh(self, own):
        session = own.session
        del session["signed_in_at"]
        session.save()
        assert own.get(reverse("erase")).status_code == 302

    def test_signing_in_again_goes_out_and_comes_back(self, own):
        grow_stale(own, 3600)
        asked = own.get(reverse("erase")).headers["Location"]
        assert own.get(asked).status_code == 200
        out = own.post(asked)
        assert out.headers["Location"] == f"{reverse('account_login')}?next={reverse('erase')}"
        assert own.get(reverse("rights")).status_code == 302, "signed out"


class TestConsents:
    def test_a_yes_and_its_taking_back_are_one_button_each(self, own, ada):
        page = own.get(reverse("rights")).content.decode()
        assert "Vous n’avez pas dit oui." in page
        own.post(reverse("consents"), {"use": Use.COUNTED, "agreed": "yes"})
        assert Consent.objects.to(Use.COUNTED).get().account == ada
        assert "Vous avez dit oui." in own.get(reverse("rights")).content.decode()
        own.post(reverse("consents"), {"use": Use.COUNTED, "agreed": "no"})
        assert not Consent.objects.to(Use.COUNTED).exists()

    @pytest.mark.parametrize("asked", [{}, {"use": "advertising", "agreed": "yes"}, {"use": "\x00", "agreed": "yes"}])
    def test_an_unknown_use_is_refused(self, own, asked):
        assert own.post(reverse("consents"), asked).status_code == 400
        assert not Consent.objects.exists()

    def test_only_by_post(self, own):
        assert own.get(reverse("consents")).status_code == 405


class TestCopy:
    def test_it_is_asked_for_made_and_downloaded(self, own, ada):
        asked = own.post(reverse("archive"))
        assert asked.headers["Location"].startswith(reverse("archive"))
        assert "se prépare" in own.get(asked.headers["Location"]).content.decode()
        hand_over_archive(account_id=ada.pk)
        assert "Télécharger" in own.get(reverse("archive")).content.decode()
        file = own.get(reverse("archive-file"))
        assert file.headers["Content-Type"] == "application/zip"
        assert file.headers["Cache-Control"] == "private, no-store"
        assert "Ada" not in file.headers["Content-Disposition"]
        assert file.content.startswith(b"PK")

    def test_asked_twice_it_is_made_once(self, own, ada):
        from procrastinate.contrib.django.models import ProcrastinateJob

        own.post(reverse("archive"))
        own.post(reverse("archive"))
        (job,) = ProcrastinateJob.objects.filter(task_name="hand_over_archive")
        assert job.args == {"account_id": ada.pk}

    def test_the_link_opens_for_its_owner_alone(self, own, ada):
        _row, token = archives.make_archive(account=ada)
        link = reverse("archive-link", args=[token])
        assert own.get(link).content.startswith(b"PK")
        grow_stale(own, 3600)
        assert own.get(link).status_code == 200, "the mail is read later"
        assert Client().get(link).status_code == 302
        other = Client()
        other.force_login(person("Bob"))
        absent = other.get(reverse("archive-link", args=["x" * 43]))
        refused = other.get(link)
        assert (refused.status_code, absent.status_code) == (404, 404)
        assert refused.content == absent.content

    def test_nothing_ready_leads_back(self, own):
        assert own.get(reverse("archive-file")).headers["Location"] == reverse("archive")

    def test_a_job_for_someone_erased_since_does_nothing(self):
        hand_over_archive(account_id=123_456)
        assert not Archive.objects.exists()


class TestErasing:
    @pytest.mark.parametrize("typed", ["", "oui", "effacer tout", "e" * 41])
    def test_nothing_happens_without_the_word(self, own, ada, typed):
        answer = own.post(reverse("erase"), {"confirmation": typed})
        assert answer.status_code == 200
        assert 'class="problem"' in answer.content.decode()
        assert Account.objects.filter(pk=ada.pk).exists()

    @pytest.mark.parametrize("typed", ["effacer", " Effacer ", "« EFFACER »", "erase"])
    def test_the_word_erases_and_signs_out_everywhere(self, own, ada, typed):
        elsewhere = Client()
        elsewhere.force_login(ada)
        answer = own.post(reverse("erase"), {"confirmation": typed})
        assert answer.headers["Location"] == reverse("erased")
        assert "C’est fait" in own.get(reverse("erased")).content.decode()
        assert not Account.objects.filter(pk=ada.pk).exists()
        assert elsewhere.get(reverse("rights")).status_code == 302
        assert not Session.objects.filter(account__isnull=False).exists()

    def test_an_address_typed_in_another_browser_goes_too(self, own, ada):
        passing, stranger = Client(), Client()
        for browser, email in ((passing, ada.email), (stranger, "someone@example.org")):
            browser.post(reverse("account_login"), {"email": email})
        own.post(reverse("erase"), {"confirmation": "effacer"})
        left = [str(row.get_decoded()) for row in Session.objects.all()]
        assert [text for text in left if "@" in text] == [text for text in left if "someone@example.org" in text] != []

    def test_children_who_leave_too_are_named(self, own, ada):
        person("Zoé", guardian=ada)
        assert "Le compte de Zoé" in own.get(reverse("erase")).content.decode()

    def test_what_the_law_keeps_is_said_when_it_is(self, own, settings):
        assert "scellés" not in own.get(reverse("erase")).content.decode()
        settings.HELD_IDENTITIES_KEY = "x"
        assert "scellés" in own.get(reverse("erase")).content.decode()

    def test_only_from_a_page_of_ours(self, ada):
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(ada)
        assert forged.post(reverse("erase"), {"confirmation": "effacer"}).status_code == 403


@pytest.mark.parametrize("name", ["rights", "archive", "erase", "erased", "sign-in-again"])
def test_the_pages_speak_english_too(own, name):
    with translation.override("en"):
        answer = own.get(reverse(name), headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "en"


def test_a_session_of_nobody_is_short(client, ada, settings):
    settings.EVEN_SECONDS = 0
    client.post(reverse("account_login"), {"email": ada.email})
    (passing,) = Session.objects.all()
    assert passing.account is None
    assert passing.expire_date <= timezone.now() + OF_NOBODY
    client.force_login(ada)
    (hers,) = Session.objects.filter(account=ada)
    assert hers.expire_date > timezone.now() + timedelta(days=59)
