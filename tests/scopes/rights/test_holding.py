"""What the law makes a host keep: closed by the site, opened by the town alone, erased in time."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from geo.errors import InvalidParameter
from geo.models import Residence
from scopes.models import HeldIdentity
from scopes.rights.erasing import erase
from scopes.rights.holding import HELD, let_go, new_keys, open_boxes
from tests.neighbours import neighbour, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings):
    private, settings.HELD_IDENTITIES_KEY = new_keys()
    return private


def test_without_a_key_nothing_is_kept():
    erase(account=person("Ada"))
    assert not HeldIdentity.objects.exists()


def test_the_site_cannot_read_what_it_keeps(keys, settings):
    ada = person("Ada", "Lovelace")
    erase(account=ada)
    held = HeldIdentity.objects.get()
    for known in (b"Ada", b"Lovelace", ada.email.encode()):
        assert known not in bytes(held.sealed)
    with pytest.raises(InvalidParameter):
        list(open_boxes(settings.HELD_IDENTITIES_KEY, public_id="x"))


def test_the_town_finds_who_wrote_under_a_public_id(keys, toy_town):
    ada = neighbour("Ada", Residence.objects.filter(dwellings__gte=3).order_by("pk").first())
    public_id = str(ada.alias.public_id)
    erase(account=ada.account)
    erase(account=person("Bob"))
    (identity,) = open_boxes(keys, public_id=public_id)
    assert (identity["first_name"], identity["email"]) == ("Ada", ada.account.email)
    assert list(open_boxes(keys, public_id="00000000-0000-4000-8000-000000000000")) == []


@pytest.mark.parametrize("wrong", ["", "no key", "é" * 44, new_keys()[0]], ids=["empty", "none", "accents", "another"])
def test_a_wrong_key_is_refused_by_name(keys, wrong):
    erase(account=person("Ada"))
    with pytest.raises(InvalidParameter) as refused:
        list(open_boxes(wrong, public_id="x"))
    assert refused.value.parameter == "private_key"


def test_it_is_erased_in_time(keys):
    erase(account=person("Ada"))
    until = timezone.localdate() + HELD
    assert let_go(on=until) == 0
    assert let_go(on=until + timedelta(days=1)) == 1


def test_someone_without_an_address_is_held_too(keys):
    from scopes.models import Account

    erase(account=Account.objects.create_user(None, first_name="Ada", last_name="Lovelace"))
    assert HeldIdentity.objects.count() == 1


def test_the_commands_of_the_town(keys, toy_town, monkeypatch, capsys):
    ada = neighbour("Ada", Residence.objects.filter(dwellings__gte=3).order_by("pk").first())
    public_id = str(ada.alias.public_id)
    erase(account=ada.account)
    monkeypatch.setattr("sys.stdin", io.StringIO(keys + "\n"))
    call_command("held_identities", "find", public_id)
    assert ada.account.email in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong"))
    with pytest.raises(CommandError):
        call_command("held_identities", "find", public_id)
    call_command("held_identities", "key")
    assert "ALENTOUR_HELD_IDENTITIES_KEY=" in capsys.readouterr().out
