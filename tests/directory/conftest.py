"""Towns to put listings in, squares whose answers are read off; neighbours who ride together; and a service."""

from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.calendars import time_zone
from geo.codes import department_of
from geo.models import BoundaryPart, Municipality, Neighbourhood
from scopes.models import Membership
from tests.directory.ride_service import Service, service
from tests.neighbours import neighbour
from tests.scopes.mandates import SIRETS
from tests.scopes.village import Village, make_village


@pytest.fixture
def make_town(db):
    """Make a town out of a box (west, south, east, north); `quarters` cuts it into that many vertical strips."""

    def make(insee_code="44109", *, box=(-1.60, 47.20, -1.50, 47.25), name="Nantes", postcodes=(), quarters=0):
        town = Municipality.objects.create(
            key=f"insee:{insee_code}",
            source="test",
            insee_code=insee_code,
            department=department_of(insee_code),
            name=name,
            postcodes=list(postcodes),
            time_zone=time_zone(insee_code),
            boundary=MultiPolygon(Polygon.from_bbox(box)),
            circle_kind="quartier" if quarters else "",
        )
        BoundaryPart.objects.create(municipality=town, division=Polygon.from_bbox(box))
        west, south, east, north = box
        for number in range(quarters):
            width = (east - west) / quarters
            strip = (west + number * width, south, west + (number + 1) * width, north)
            quarter = Neighbourhood.objects.create(
                key=f"{insee_code}/quartier/{number}",
                source="test",
                municipality=town,
                kind="quartier",
                code=str(number),
                name=f"Quartier {number}",
                boundary=MultiPolygon(Polygon.from_bbox(strip)),
            )
            BoundaryPart.objects.create(neighbourhood=quarter, division=Polygon.from_bbox(strip))
        return town

    return make


@pytest.fixture
def town(make_town):
    """Nantes as a box of two quarters, parted at -1.55."""
    return make_town(quarters=2, postcodes=["44000"])


@pytest.fixture(scope="module")
def kept_village(whole_module) -> Village:
    """Two quarters of three cells in a row, written once for a module."""
    return make_village()


@pytest.fixture
def village(kept_village, db) -> Village:
    """The village of the module, to each test as it was made."""
    return deepcopy(kept_village)


@pytest.fixture(scope="module")
def kept_people(kept_village) -> SimpleNamespace:
    """Neighbours by name, and their village, written once for a module: two in a residence, one next door, one far."""
    homes = {"alice": "A", "anna": "A", "bruno": "B", "elsa": "E"}
    people = {name: neighbour(name.title(), kept_village.residences[where]) for name, where in homes.items()}
    return SimpleNamespace(village=kept_village, **people)


@pytest.fixture
def people(kept_people, db) -> SimpleNamespace:
    return kept_people


@pytest.fixture
def alice(people) -> Membership:
    return people.alice


@pytest.fixture
def bruno(people) -> Membership:
    return people.bruno


@pytest.fixture(scope="module")
def kept_service(whole_module) -> Service:
    """A carpool service that holds a key, written once for a module."""
    return service(siret=SIRETS[2])


@pytest.fixture
def asks(kept_service, db) -> Service:
    return kept_service
