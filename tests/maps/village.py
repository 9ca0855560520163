"""A village around a point, read at a glance: two quarters, three buildings, two streets, five listings."""

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.utils import timezone

from directory.publishing import publish
from geo.models import BoundaryPart, Building, Municipality, Neighbourhood, Release, Residence, Street
from geo.toponyms import rebuild

#: Where the village stands (Nantes, longitude and latitude), and the box of its boundary.
HERE = (-1.5536, 47.2173)
WEST, SOUTH, EAST, NORTH = -1.58, 47.20, -1.53, 47.24
#: A title that would be script, were it not escaped.
HOSTILE = "<img src=x onerror=\"document.body.dataset.hacked='img'\"> ${document.body.dataset.hacked='js'}"


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)))


def build_village() -> Municipality:
    """Write the village; a live server needs it again after every test."""
    town = Municipality.objects.create(
        key="insee:44109",
        source="test",
        insee_code="44109",
        department="44",
        name="Nantes",
        postcodes=["44000"],
        population=325_070,
        boundary=box(WEST, SOUTH, EAST, NORTH),
        location=Point(*HERE),
        circle_kind="quartier",
        building_source="bdtopo",
    )
    BoundaryPart.objects.create(municipality=town, division=town.boundary[0])
    for number, (name, west, east) in enumerate((("Centre", WEST, -1.55), ("Levant", -1.55, EAST))):
        quarter = Neighbourhood.objects.create(
            key=f"quarter:{number}",
            source="test",
            municipality=town,
            kind="quartier",
            code=str(number),
            name=name,
            boundary=box(west, SOUTH, east, NORTH),
        )
        BoundaryPart.objects.create(neighbourhood=quarter, division=quarter.boundary[0])
    for number in range(3):
        build(town, number)
    for number, (name, nature) in enumerate((("Rue Crébillon", "Route à 1 chaussée"), ("Passage", "Sentier"))):
        line = LineString((HERE[0] - 0.004, HERE[1] + number * 0.0006), (HERE[0] + 0.004, HERE[1] + number * 0.0006))
        Street.objects.create(
            key=f"street:{number}", source="test", municipality=town, name=name, line=line, road_class=nature
        )
    for dataset in ("buildings", "streets"):
        Release.objects.create(
            dataset=dataset,
            source="bdtopo",
            territory="44109",
            vintage="2025-06",
            licence="Licence Ouverte 2.0",
            state="active",
            activated_at=timezone.now(),
            extent=town.boundary,
        )
    rebuild([town.pk])
    return town


def build(town: Municipality, number: int) -> Building:
    """A building of some 20 by 20 m, each 80 m east of the one before; the first stands on *here*."""
    west, south = HERE[0] - 0.00013 + number * 0.00105, HERE[1] - 0.00009
    footprint = box(west, south, west + 0.00026, south + 0.00018)
    middle = Point(west + 0.00013, south + 0.00009)
    residence = Residence.objects.create(
        key=f"building:{number}", municipality=town, location=middle, dwellings=20, dwellings_estimated=False
    )
    return Building.objects.create(
        key=f"building:{number}",
        source="bdtopo",
        municipality=town,
        residence=residence,
        footprint=footprint,
        location=middle,
        use="residential",
        dwellings=20,
    )


def settle(town: Municipality) -> dict:
    """Publish the village's listings, nearest first; the last has no public place."""

    def shop(category, title, east, north, **columns):
        location = Point(HERE[0] + east, HERE[1] + north)
        return publish(category=category, title=title, municipality=town, location=location, **columns)

    return {
        "bakery": shop(
            *("bakery", "Le Bon Levain", 0.0002, 0.0001),
            address="3 rue Crébillon",
            phone="+33261910012",
            opening_hours="24/7",
        ),
        "hostile": shop("bookshop", HOSTILE, 0.0006, 0.0002),
        "pharmacy": shop(
            *("pharmacy", "Pharmacie du Canal", 0.0012, -0.0003),
            opening_hours="Mo-Su 08:00-08:01",
            demonstration=True,
        ),
        "library": shop("library", "Bibliothèque des Halles", 0.0042, 0.001),
        "sitter": publish(
            category="childminding",
            title="Garde d’enfants le mercredi",
            municipality=town,
            direction="offer",
            neighbourhood=Neighbourhood.objects.get(name="Centre"),
        ),
    }
