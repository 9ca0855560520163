"""Another name is read at each home on a day of its own: nobody learns from it that two people are one."""

from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.urls import reverse

from directory.shown import shown
from scopes import renaming
from scopes.expiring import expire
from scopes.leaving import choose, leave
from scopes.models import Account, Alias, Level
from scopes.renaming import WITHIN, forget_former_names, rename
from scopes.rights.erasing import erase
from tests.directory.speaking import looking, reply, say
from tests.neighbours import DAY, neighbour, person, sign_in
from tests.scopes.entering import building, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(toy_town):
    """Camille's two homes, the first being the chosen one."""
    first = neighbour("Camille", building(3, 1), listed=True)
    return first, neighbour("Camille", building(1, 1), account=first.account, listed=True)


def read(membership) -> str:
    """What others read now."""
    return str(Alias.objects.get(pk=membership.alias_id))


@contextmanager
def at(membership, *, then):
    """What is done from one home, before the pages start from another again."""
    choose(membership=membership)
    yield
    choose(membership=then)


def renamed(account: Account, first_name: str, *, last_name: str = "Durand", after: int = 10) -> None:
    with patch.object(renaming, "randbelow", return_value=after - 1):
        rename(account=account, first_name=first_name, last_name=last_name)


def test_the_chosen_home_reads_it_at_once_and_the_other_on_its_own_day(homes):
    chosen, other = homes
    renamed(chosen.account, "Dominique")
    assert (read(chosen), read(other)) == ("Dominique D.", "Camille D.")
    with later(9 * DAY):
        assert read(other) == "Camille D."
    with later(10 * DAY):
        assert read(other) == "Dominique D."


def test_the_days_are_drawn_and_within_a_month(homes):
    chosen, other = homes
    days = set()
    for name in map(chr, range(ord("A"), ord("Z"))):
        Alias.objects.update(name_was="", name_until=None)
        rename(account=chosen.account, first_name=name, last_name="Durand")
        days.add((Alias.objects.get(pk=other.alias_id).name_until - renaming.timezone.localdate()).days)
    assert len(days) > 5 and min(days) >= 1 and max(days) <= WITHIN


def test_whoever_has_one_home_or_none_is_called_so_at_once(toy_town):
    camille = neighbour("Camille", building(3, 1))
    rename(account=camille.account, first_name="Dominique", last_name="Durand")
    assert read(camille) == "Dominique D."
    assert rename(account=person("Lou"), first_name="Loup", last_name="").shown_name == "Loup"


def test_what_others_would_not_notice_does_not_wait(homes):
    chosen, other = homes
    renamed(chosen.account, "Camille", last_name="Dupont")
    assert Alias.objects.get(pk=other.alias_id).name_until is None
    assert Account.objects.get(pk=chosen.account_id).last_name == "Dupont"


def test_a_second_correction_is_read_with_the_first_and_the_name_between_by_nobody(homes):
    chosen, other = homes
    renamed(chosen.account, "Dominque", after=10)
    with later(5 * DAY):
        renamed(chosen.account, "Dominique", after=20)
        assert (read(chosen), read(other)) == ("Dominique D.", "Camille D.")
    with later(10 * DAY):
        assert read(other) == "Dominique D."


def test_a_home_that_was_left_waits_too(homes):
    chosen, other = homes
    with at(other, then=chosen):
        say(other, Level.NEIGHBOURHOOD, "mot")
    leave(membership=other)
    renamed(chosen.account, "Dominique")
    assert read(other) == "Camille D."


def test_it_is_so_wherever_a_name_stands(client, homes):
    """The list of residents, the newcomers, the words and the answers of the other home."""
    chosen, other = homes
    bo = neighbour("Bo", other.residence)
    post = say(bo, Level.RESIDENCE, "Une échelle ?")
    with at(other, then=chosen):
        reply(other, post)
        words = say(other, Level.RESIDENCE, "Merci")
    renamed(chosen.account, "Dominique")
    sign_in(client, bo.account)
    pages = [reverse("residence"), *(reverse("post", args=[one.public_id]) for one in (post, words))]
    for address in pages:
        page = client.get(address).content.decode()
        assert "Camille D." in page and "Dominique" not in page, address
    with looking(bo) as viewer:
        assert shown(words, viewer).author == "Camille D."
    with later(10 * DAY):
        for address in pages:
            page = client.get(address).content.decode()
            assert "Dominique D." in page and "Camille" not in page, address


def test_the_page_renames_and_says_so_to_who_has_several_homes(client, homes):
    chosen, other = homes
    sign_in(client, chosen.account)
    address = reverse("account-name")
    assert "un jour différent" in client.get(address).content.decode()
    client.post(address, {"first_name": "Dominique", "last_name": "Durand"})
    assert (read(chosen), read(other)) == ("Dominique D.", "Camille D.")
    assert "Dominique D." in client.get(reverse("account")).content.decode()
    sign_in(client, person("Lou"))
    assert "un jour différent" not in client.get(address).content.decode()


def test_the_former_name_is_forgotten_when_its_day_has_come(homes):
    chosen, other = homes
    renamed(chosen.account, "Dominique", after=3)
    assert forget_former_names() == 0
    with later(3 * DAY):
        expire()
    assert Alias.objects.get(pk=other.alias_id).name_was == ""


def test_who_is_erased_leaves_no_former_name(homes):
    chosen, other = homes
    with at(other, then=chosen):
        post = say(other, Level.RESIDENCE, "mot")
    reply(neighbour("Bo", other.residence), post)
    renamed(chosen.account, "Dominique")
    erase(account=chosen.account)
    left = Alias.objects.get(pk=other.alias_id)
    assert (str(left), left.name_was, left.name_until) == ("une personne partie", "", None)
