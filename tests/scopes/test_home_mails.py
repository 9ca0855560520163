"""Mails about homes: each once, to whom they concern, naming nobody and no building."""

import pytest
from django.urls import reverse

from scopes import home_mails
from scopes.home_mails import announce_newcomers, be_told_of_newcomers, remind_of_the_end
from scopes.introducing import introduce
from scopes.models import Household, Membership
from scopes.models import OutgoingMail as Mail
from scopes.objecting import object_to
from scopes.proofs.confirmation import confirm
from scopes.proofs.word import give_word
from scopes.sending import written
from tests.neighbours import DAY, asker, neighbour, sign_in
from tests.scopes.entering import building, later, letter_code, types
from tests.scopes.test_keepers import manager

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def told(template: str) -> set[str]:
    """First names of those whom a mail waits for."""
    to = Mail.objects.filter(template=template).values_list("to", flat=True)
    return {address.partition(".")[0] for address in to}


def texts() -> list[str]:
    """Every mail that waits, as it will be sent, in both languages."""
    said = []
    for mail in Mail.objects.all():
        for mail.language in ("fr", "en"):
            message = written(mail)
            said.append(f"{message.subject}\n{message.body}")
    return said


# Someone came.


def test_the_settled_residents_are_told_once_and_nobody_else(home):
    for name, columns in {
        "Ana": {},
        "Olga": {"role": Role.ABSENT_OWNER},
        "Max": {"told_of_newcomers": False},
        "Felix": {"ended_at": home_mails.timezone.now()},
    }.items():
        neighbour(name, home, **columns)
    asker("Ugo", home)
    neighbour("Elsa", building(1, 1))
    neighbour("Nora", home, settled=False)
    assert announce_newcomers() == 1
    assert told("newcomers") == {"ana"}
    assert announce_newcomers() == 0
    assert Mail.objects.count() == 1


def test_several_who_came_are_one_mail(home):
    neighbour("Ana", home)
    for name in ("Nora", "Noé"):
        neighbour(name, home, settled=False)
    assert announce_newcomers() == 1
    (text,) = [written(mail).body for mail in Mail.objects.all()]
    assert text.startswith("Bonjour,\n\n2 personnes viennent d’entrer")


def test_who_comes_to_ones_own_home_is_no_news(home):
    ours = Household.objects.create()
    neighbour("Ana", home, household=ours)
    neighbour("Lou", home, household=ours, settled=False)
    assert announce_newcomers() == 0


def test_the_first_of_a_residence_is_announced_to_nobody(home):
    neighbour("Nora", home, settled=False)
    assert announce_newcomers() == 0
    neighbour("Ana", home)
    assert announce_newcomers() == 0, "it is too late to be news"


def test_someone_without_an_address_is_told_on_the_page_alone(home):
    ana = neighbour("Ana", home)
    type(ana.account).objects.filter(pk=ana.account_id).update(email=None)
    neighbour("Nora", home, settled=False)
    assert announce_newcomers() == 0


def test_one_chooses_on_the_page_not_to_be_told(client, home):
    ana = neighbour("Ana", home)
    sign_in(client, ana.account)
    page, switch = (reverse(name, args=[ana.handle]) for name in ("newcomers", "told-of-newcomers"))
    assert "Ne plus m’écrire" in client.get(page).content.decode()
    assert "Me prévenir par" in client.post(switch, {"no": ""}, follow=True).content.decode()
    neighbour("Nora", home, settled=False)
    assert announce_newcomers() == 0
    assert "Ne plus m’écrire" in client.post(switch, follow=True).content.decode()
    neighbour("Noé", home, settled=False)
    assert announce_newcomers() == 1


def test_nobody_chooses_it_for_someone_else(client, home):
    ana = neighbour("Ana", home)
    sign_in(client, neighbour("Bo", home).account)
    assert client.post(reverse("told-of-newcomers", args=[ana.handle]), {"no": ""}).status_code == 404
    ana.refresh_from_db()
    assert ana.told_of_newcomers


# Someone waited for others, or is put back.


def test_a_word_and_a_confirmation_are_told_to_who_waited_for_them(home):
    ana, bo = neighbour("Ana", home), neighbour("Bo", home)
    zoe, lou = asker("Zoe", home), asker("Lou", home)
    types(zoe, letter_code(zoe))
    assert told("entered") == set(), "who types a code sees it open"
    confirm(keeper=manager(home), newcomer=lou)
    assert told("entered") == {"lou"}
    ike = asker("Ike", home)
    introduce(membership=ike, to="neighbours")
    for giver in (ana, bo):
        give_word(giver=giver, newcomer=ike)
    assert told("entered") == {"lou"}, "two words are half a proof"


def test_a_doubt_puts_back_and_says_so_without_whose_it_is(home):
    ana = neighbour("Ana", home)
    lou = confirm(keeper=manager(home), newcomer=asker("Lou", home))
    assert announce_newcomers() == 1
    object_to(resident=ana, newcomer=lou)
    assert told("put_back") == {"lou"}
    assert not any("Ana" in text for text in texts())
    object_to(resident=neighbour("Bo", home), newcomer=lou)
    assert Mail.objects.filter(template="put_back").count() == 1
    lou.refresh_from_db()
    types(lou, letter_code(lou))
    assert announce_newcomers() == 2, "who comes back by a letter is announced again"


# The year ends.


def test_the_end_of_a_year_is_told_once_a_year(home):
    ana = neighbour("Ana", home)
    for days, mails in ((200, 0), (310, 1), (311, 0), (330, 0)):
        with later(days * DAY):
            assert remind_of_the_end() == mails
    with later(320 * DAY):
        types(ana, letter_code(ana))
        assert remind_of_the_end() == 0
    with later(660 * DAY):
        assert remind_of_the_end() == 1
    with later(690 * DAY):
        assert remind_of_the_end() == 0, "it has ended"


def test_who_leaves_meanwhile_is_not_reminded_and_keeps_nobody_from_it(home, monkeypatch):
    for name in ("Ana", "Max"):
        neighbour(name, home, proved_until=home_mails.timezone.now() + 9 * DAY)

    def write(*, account, **columns):
        Membership.objects.exclude(account=account).delete()
        return write_to(account=account, **columns)

    write_to = home_mails.write_to
    monkeypatch.setattr(home_mails, "write_to", write)
    assert remind_of_the_end() == 1


def test_who_asks_and_who_left_are_told_of_no_end(home):
    asker("Ugo", home)
    neighbour("Felix", home, ended_at=home_mails.timezone.now())
    with later(320 * DAY):
        assert remind_of_the_end() == 0


def test_no_mail_names_anyone_or_any_place(home):
    ana = neighbour("Ana", home)
    lou = confirm(keeper=manager(home), newcomer=asker("Lou", home))
    announce_newcomers()
    object_to(resident=ana, newcomer=lou)
    with later(320 * DAY):
        remind_of_the_end()
    be_told_of_newcomers(membership=ana, told=False)
    assert {mail.template for mail in Mail.objects.all()} == {"entered", "newcomers", "put_back", "year_ends"}
    for text in texts():
        subject = text.partition("\n")[0]
        assert subject and len(subject) < 70
        assert not {"Ana", "Lou", "Durand", str(home), home.municipality.name} & set(text.replace(".", " ").split())
        assert str(home) not in text and "None" not in text
