"""Staff draw a town's quarters: a file is checked on the map, shown, taken back; for everyone else there is no page."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from geo.models import Municipality, Neighbourhood, Release
from tests.directory.browsing import browser
from tests.neighbours import person

pytestmark = pytest.mark.django_db

PAGE = "/ville/quartiers/?commune=77998"


@pytest.fixture
def staff(toy_town):
    return browser(person("Astrid", is_staff=True))


def drawing(toy_town, *names: str) -> str:
    """The town cut into strips from west to east."""
    width = 2000 / len(names)
    features = []
    for number, name in enumerate(names):
        west, east = number * width, (number + 1) * width
        ring = [toy_town.point(x, y).coords for x, y in ((west, 0), (east, 0), (east, 2000), (west, 2000), (west, 0))]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"name": name}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features})


def upload(client, text: str, **fields):
    file = SimpleUploadedFile("quartiers.geojson", text.encode())
    return client.post(PAGE, {"kind": "quartier", "file": file, **fields})


def shown() -> set[str]:
    return set(Neighbourhood.objects.open().filter(kind="quartier").values_list("name", flat=True))


def test_a_file_is_checked_shown_and_taken_back(staff, toy_town):
    before = shown()
    answer = upload(staff, drawing(toy_town, "Couchant", "Levant"))
    proposal = answer.headers["Location"]
    page = staff.get(proposal).content.decode()
    assert "Couchant" in page and "foyers" in page
    assert shown() == before
    assert staff.post(proposal, {"show": "1"}).headers["Location"] == PAGE
    assert shown() == {"Couchant", "Levant"}
    assert "Ces quartiers sont ceux de Villegrille" in staff.get(PAGE).content.decode()
    staff.post(proposal, {"back": "1"})
    assert shown() == before
    staff.post(proposal, {"drop": "1"})
    assert not Release.objects.filter(source="town").exists()
    assert staff.get(proposal).status_code == 404


def test_what_was_drawn_on_the_map_is_taken_in_as_a_file_is(staff, toy_town):
    answer = staff.post(PAGE, {"kind": "sous_quartier", "drawing": drawing(toy_town, "Un")})
    release = Release.objects.get(source="town")
    assert answer.headers["Location"] == f"/ville/quartiers/{release.pk}/"
    assert release.territory == "77998/sous_quartier"


def test_a_shown_drawing_is_not_dropped(staff, toy_town):
    proposal = upload(staff, drawing(toy_town, "Un", "Deux")).headers["Location"]
    staff.post(proposal, {"show": "1"})
    staff.post(proposal, {"drop": "1"})
    assert shown() == {"Un", "Deux"}


@pytest.mark.parametrize(("text", "why"), [("", "FeatureCollection"), ("{", "FeatureCollection"), ("\x00", "Feature")])
def test_a_file_that_is_none_is_refused_with_the_reason(staff, text, why):
    answer = upload(staff, text or " ")
    assert answer.status_code == 400
    assert why in answer.content.decode()


def test_names_from_a_drawing_are_text_on_the_page(staff, toy_town):
    proposal = upload(staff, drawing(toy_town, "<b>gras</b>", "Deux")).headers["Location"]
    assert "<b>gras</b>" not in staff.get(proposal).content.decode()


def test_staff_choose_the_circle_of_a_town(staff, toy_town):
    assert staff.post(PAGE, {"choose": "sous_quartier"}).headers["Location"] == PAGE
    assert Municipality.objects.get(insee_code="77998").circle_kind == "sous_quartier"
    answer = staff.post(PAGE, {"choose": "iris"})
    assert answer.status_code == 400 and "pas de tels quartiers" in answer.content.decode()


def test_a_town_is_asked_for_by_name_or_code(staff):
    assert staff.get("/ville/quartiers/").status_code == 200
    assert "Quartiers de Voisine" in staff.get("/ville/quartiers/?commune=voisine").content.decode()
    assert staff.get("/ville/quartiers/?commune=Atlantide").status_code == 400


@pytest.mark.privacy
def test_for_everyone_else_there_is_no_such_page(client, staff, toy_town):
    proposal = upload(staff, drawing(toy_town, "Un", "Deux")).headers["Location"]
    for other in (client, browser(person("Noa"))):
        for address in (PAGE, proposal):
            assert other.get(address).status_code == other.post(address, {"show": "1"}).status_code == 404
    assert "Un" not in shown()
