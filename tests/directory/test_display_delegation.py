"""A writer within quarters (*mairie annexe*) says of sheets, proofs and sends only what was delegated."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory import attesting
from directory.attesting import attest
from directory.displaying import put_all_up, put_up, say_it_never_hung, take_down
from directory.errors import TooMany
from directory.models import Evidence
from geo.errors import NotFound
from geo.models import Containment
from scopes.errors import Refused
from scopes.models import Account, Acting
from scopes.organisations.delegating import delegate
from tests.directory.browsing import browser
from tests.directory.displayed import sheets
from tests.directory.keyed import NOTICES, program
from tests.directory.mandated import tell
from tests.neighbours import DAY, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import over_area, town_hall

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=3)


@pytest.fixture
def mayor(toy_town):
    return person("Rose")


@pytest.fixture
def mandate(toy_town, mayor):
    return over_area(mayor, town_hall(mayor, toy_town.municipality), municipality=toy_town.municipality)


@pytest.fixture
def here(toy_town):
    return building(3, 1)


@pytest.fixture
def mailing(mayor, mandate, here):
    """Told in two quarters, by the town hall."""
    return tell(mayor, mandate, "residences", residences=[here.key, building(13, 3).key])


@pytest.fixture
def lou(mayor, mandate, here) -> Account:
    """Who writes in the quarter of `here` alone."""
    acting = Acting.objects.create(account=person("Lou"), organisation=mandate.organisation, role=Acting.Role.WRITER)
    quarter = Containment.objects.get(residence=here, kind="quartier").neighbourhood
    return delegate(account=mayor, acting=acting, neighbourhoods=[quarter]).account


def test_sheets_are_put_up_in_these_quarters_alone(mayor, mailing, lou, here):
    inside = [one.handle for one in sheets(mailing) if one.residence_id == here.pk]
    outside = [one.handle for one in sheets(mailing) if one.residence_id != here.pk]
    assert inside and outside
    assert put_all_up(account=lou, mailing=mailing) == len(inside)
    assert {one.handle for one in sheets(mailing) if one.hung_on} == set(inside)
    assert put_all_up(account=mayor, mailing=mailing) == len(outside)
    for deed in (put_up, say_it_never_hung, take_down):
        with pytest.raises(NotFound):
            deed(account=lou, handle=outside[0])
    assert all(one.hung_on and not one.down_on for one in sheets(mailing))
    assert say_it_never_hung(account=lou, handle=inside[0]).hung_on is None


def test_the_pages_offer_what_is_delegated(mayor, mailing, lou, here):
    page = browser(lou, two_factors=True).get(reverse("mailing", args=[mailing.handle])).content.decode()
    for sheet in sheets(mailing):
        assert (f'value="{sheet.handle}"' in page) is (sheet.residence_id == here.pk)
    assert reverse("make-evidence", args=[mailing.handle]) not in page
    with later(SOON):
        desks = [browser(who, two_factors=True).get("/avis/").content.decode() for who in (mayor, lou)]
    for name in ("take-notice-back", "notice-is-over"):
        assert [reverse(name, args=[mailing.handle]) in desk for desk in desks] == [True, False]


def test_proofs_are_made_of_what_one_wrote(mayor, mandate, mailing, lou, here):
    with pytest.raises(Refused):
        attest(account=lou, mailing=mailing)
    with pytest.raises(NotFound):
        attest(account=person("Eve"), mailing=mailing)
    own = tell(lou, mandate, "residences", residences=[here.key])
    assert {attest(account=who, mailing=own).mailing for who in (lou, mayor)} == {own}


def test_a_proof_is_made_once_a_day_unless_something_changed(mayor, mailing, monkeypatch):
    first = attest(account=mayor, mailing=mailing)
    with later(SOON):
        assert attest(account=mayor, mailing=mailing) == first
        put_all_up(account=mayor, mailing=mailing)
        second = attest(account=mayor, mailing=mailing)
    with later(DAY):
        assert len({first, second, attest(account=mayor, mailing=mailing)}) == 3
        monkeypatch.setattr(attesting, "MOST_A_DAY", 1)
        take_down(account=mayor, handle=sheets(mailing)[0].handle)
        with pytest.raises(TooMany):
            attest(account=mayor, mailing=mailing)
        office = browser(mayor, two_factors=True)
        said = office.post(reverse("make-evidence", args=[mailing.handle]), follow=True)
        assert "reprenez demain" in said.content.decode()
    assert Evidence.objects.count() == 3


def test_a_key_reads_what_its_maker_decides_about(mayor, mandate, mailing, lou, here):
    """It was made by someone responsible then, who writes within quarters now."""
    acting = Acting.objects.filter(account=lou)
    acting.update(role=Acting.Role.RESPONSIBLE, everywhere=True)
    programs = [program(lou, mandate.organisation), program(mayor, mandate.organisation)]
    address = reverse("notice-status", args=[mailing.handle])
    assert [one.get(address).status_code for one in programs] == [200, 200]
    acting.update(role=Acting.Role.WRITER, everywhere=False)
    assert [one.get(address).status_code for one in programs] == [404, 200]
    assert programs[0].post(f"{address}take-back/").status_code == 404
    own = programs[0].send({"residences": [here.key]}).json()["id"]
    listed = [[one["id"] for one in program.get(NOTICES).json()["notices"]] for program in programs]
    assert listed == [[own], [own, str(mailing.handle)]]
