"""A landlord's file, uploaded in the browser: looked at line by line, confirmed by hand, then asked for."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from geo.models import Address, Residence
from scopes.models import Mandate
from tests.neighbours import DAY, person, sign_in
from tests.scopes.entering import address_of, building
from tests.scopes.mandates import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def page(client, home):
    agent = person("Gil")
    sign_in(client, agent, two_factors=True)
    return reverse("mandate-file", args=[organisation(agent).handle])


def terms() -> dict[str, str]:
    return {"ground": "Bail du 3 mars 2026", "ends_on": (timezone.localdate() + 300 * DAY).isoformat()}


def line(address: Address, *, street: str = "", number: str = "") -> str:
    """A line of a file, as the map writes the address or otherwise."""
    town = address.municipality
    said = f"{number or address.number} {street or address.street_name}"
    return f"Habitat 44;{said};{address.postcode};{town.name}"


def upload(client, page: str, *lines: str, **more):
    content = "\n".join(("Bailleur;Adresse;Code postal;Ville", *lines)).encode("cp1252")
    return client.post(page, terms() | {"file": SimpleUploadedFile("parc.csv", content)} | more)


def test_sure_lines_are_proposed_unsure_ones_chosen_and_others_left_with_their_reasons(client, page, home):
    door = address_of(home)
    typed = re.sub("e", "é", door.street_name, count=1)[:-1] + "z"
    answer = upload(client, page, line(door), line(door, street=typed), line(door, number="9999"))
    said = answer.content.decode()
    assert answer.status_code == 200
    boxes = re.findall(r'<input class="form-check-input"[^>]*>', said)
    assert boxes and all(("checked" in box) is ('name="residence"' in box) for box in boxes)
    assert "Ligne 4" in said
    assert not Mandate.objects.exists()


def test_what_was_confirmed_is_asked_for_and_nothing_else(client, page, home):
    other = building(2, 2)
    form = terms() | {"confirmed": "yes", "residence": [home.key], "residence-3": other.key}
    said = client.post(page, form, follow=True).content.decode()
    assert "C’est demandé" in said
    assert set(Mandate.objects.get().residences.all()) == {home, other}


def test_a_house_is_left_aside_and_said_so(client, page, home):
    house = Address.objects.filter(building__residence__dwellings__lt=3).exclude(building__residence=None).first()
    said = upload(client, page, line(house)).content.decode()
    assert "moins de trois logements" in said
    assert f'value="{house.building.residence.key}"' not in said


def test_a_line_of_two_addresses_may_mean_two_buildings(client, page, home):
    other = building(2, 2)
    form = terms() | {"confirmed": "yes", "residence-2": [home.key, other.key]}
    assert "C’est demandé" in client.post(page, form, follow=True).content.decode()
    assert set(Mandate.objects.get().residences.all()) == {home, other}


def test_two_thousand_residences_are_confirmed_at_once(client, page, home):
    columns = {name: getattr(home, name) for name in ("municipality", "public_cell", "location", "dwellings")}
    made = Residence.objects.bulk_create(
        Residence(key=f"people:{number}", decided=True, **columns) for number in range(2_000)
    )
    # As the page posts them: the sure ones under one name, those chosen for an unsure line under the line's.
    form = terms() | {"confirmed": "yes", "residence": [one.key for one in made[:1_000]]}
    form |= {f"residence-{number}": one.key for number, one in enumerate(made[1_000:])}
    assert client.post(page, form).status_code == 302
    assert Mandate.objects.get().residences.count() == 2_000


@pytest.mark.parametrize("chosen", [[], ["residence:nowhere"]])
def test_nothing_confirmed_asks_for_nothing(client, page, chosen):
    answer = client.post(page, terms() | {"confirmed": "yes", "residence": chosen})
    assert answer.status_code == 400 and "immeubles" in answer.content.decode()
    assert not Mandate.objects.exists()


@pytest.mark.parametrize("content", [b"", b"rien", b"\x00\x01\x02", b"Bailleur;Ville\nx;y"])
def test_a_file_that_cannot_be_read_is_said_at_its_field(client, page, content):
    answer = client.post(page, terms() | {"file": SimpleUploadedFile("parc.csv", content)})
    assert answer.status_code == 400 and "problem" in answer.content.decode()
    assert "Bail du 3 mars 2026" in answer.content.decode()


def test_a_file_of_too_many_lines_is_for_several(client, page, home):
    answer = upload(client, page, *[line(address_of(home))] * 501)
    assert answer.status_code == 400 and "Cinq cents" in answer.content.decode()


@pytest.mark.privacy
def test_anothers_organisation_takes_no_file(client, page, home):
    theirs = reverse("mandate-file", args=[organisation(person("Other"), siret="73282932000074").handle])
    for address in (theirs, reverse("mandate-file", args=[uuid4()])):
        assert upload(client, address, line(address_of(home))).status_code == 404
