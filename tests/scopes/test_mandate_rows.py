"""The short words of `mandates` write the rows that the deeds leave, so that tests on them prove something."""

from datetime import timedelta

import pytest
from django.db.models import DateTimeField, Model

from scopes.models import Management
from scopes.organisations.mandating import grant
from scopes.organisations.proposing import admit, propose
from scopes.organisations.telling import tell_of_mandate
from tests.neighbours import person
from tests.scopes.entering import later
from tests.scopes.mandates import SIRETS, asked, asked_over, in_force, organisation, over_area, staff, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db
#: What is of one row alone, and who decided and what was sent, which the short words leave out.
OWN = {"id", "handle", "organisation_id", "name", "siret", "asked_by_id", "granted_by_id", "announcement_id", "ground"}


def told(row: Model) -> dict[str, object]:
    """What a row says; of a moment, whether there is one."""
    fields = [one for one in row._meta.concrete_fields if one.attname not in OWN]
    return {
        one.attname: getattr(row, one.attname) is None if isinstance(one, DateTimeField) else getattr(row, one.attname)
        for one in fields
    }


def of_deeds(account, siret: str, **columns):
    """An organisation that was proposed and admitted."""
    own = propose(account=account, name="Par les actes", contact="02 40 00 00 00", siret=siret, **columns)
    return admit(staff=staff(), organisation=own)


def granted(mandate):
    """A mandate granted and told eight days ago, by the deeds."""
    with later(-timedelta(days=8)):
        tell_of_mandate(grant(staff=staff(), mandate=mandate).pk)
    mandate.refresh_from_db()
    return mandate


def test_a_mandate_over_residences():
    gil, homes = person("Gil"), list(make_village().residences.values())[:2]
    ones = [of_deeds(gil, SIRETS[1], kind="agent"), organisation(gil)]
    assert told(ones[0]) == told(ones[1])
    assert len({(one.role, one.everywhere) for own in ones for one in own.actings.all()}) == 1
    by_deeds = granted(asked(gil, homes, ones[0]))
    managed = set(Management.objects.values_list("account", "residence"))
    Management.objects.all().delete()
    by_rows = in_force(gil, homes, ones[1])
    assert told(by_rows) == told(by_deeds)
    assert by_rows.told_at - by_deeds.told_at < timedelta(minutes=1)
    assert set(by_rows.residences.all()) == set(by_deeds.residences.all()) == set(homes)
    assert set(Management.objects.values_list("account", "residence")) == managed != set()


@pytest.mark.parametrize("over", ["town", "quarters", "drawing"])
def test_a_mandate_over_an_area(over):
    village, gil = make_village(), person("Gil")
    areas = {
        "town": {"municipality": village.town},
        "quarters": {"municipality": village.town, "neighbourhoods": [village.west]},
        "drawing": {"area": village.zone(0, 0, 100)},
    }
    by_deeds = granted(asked_over(gil, of_deeds(gil, SIRETS[1], kind="operator"), **areas[over]))
    by_rows = over_area(gil, organisation(gil, kind="operator"), **areas[over])
    assert told(by_rows) == told(by_deeds) and by_rows.over == over
    assert set(by_rows.neighbourhoods.all()) == set(by_deeds.neighbourhoods.all())


def test_a_town_hall():
    town = make_village().town
    by_deeds = of_deeds(person("Maire"), "", kind="municipality", commune=town.insee_code)
    said = told(by_deeds)
    by_deeds.delete()
    assert told(town_hall(person("Maire"), town)) == said
