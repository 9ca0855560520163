"""What a map shows at first: the circle, else the results around *here*, else the middle of the biggest town loaded."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.gis.db.models import Extent

from geo.models import Building, Municipality
from maps.layers import View

#: Half a side of a map of one point, in degrees: about 150 m.
AROUND_A_POINT = 0.0015
FRANCE = View(west=-4.8, south=42.3, east=8.2, north=51.1)


def view_of(features: dict[str, dict]) -> View | None:
    """The box of the circle, or else of *here* and the results; nothing where there is neither."""
    circle = [feature for feature in features["circle"]["features"] if feature["properties"]["part"] == "circle"]
    shown = circle or features["here"]["features"] + features["results"]["features"]
    positions = [position for feature in shown for position in _positions(feature["geometry"]["coordinates"])]
    if not positions:
        return None
    longitudes, latitudes = zip(*positions, strict=True)
    view = View(west=min(longitudes), south=min(latitudes), east=max(longitudes), north=max(latitudes))
    return view if len(positions) > 1 else around(positions[0])


def around(position: tuple[float, float]) -> View:
    """A box around one point."""
    return square(position, AROUND_A_POINT)


def square(position: tuple[float, float], degrees: float) -> View:
    """A box around one point, so many degrees to each side."""
    longitude, latitude = position
    return View(west=longitude - degrees, south=latitude - degrees, east=longitude + degrees, north=latitude + degrees)


def welcome_towns() -> list[Municipality]:
    """Towns whose buildings are loaded, the biggest first: examples for the first screen."""
    return list(Municipality.objects.open().exclude(building_source="").order_by("-population")[:3])


def welcome_view() -> View:
    """The middle of the buildings of the biggest loaded town; France where none is."""
    towns = welcome_towns()
    if not towns:
        return FRANCE
    extent = Building.objects.open().filter(municipality=towns[0]).aggregate(box=Extent("footprint"))["box"]
    if not extent:
        return FRANCE
    # Half as wide and high: a map that is full to its edges, near enough for the names of streets.
    west, south, east, north = extent
    wide, high = (east - west) / 4, (north - south) / 4
    return View(west=west + wide, south=south + high, east=east - wide, north=north - high)


def _positions(coordinates: list) -> Iterator[tuple[float, float]]:
    """Every longitude and latitude of GeoJSON coordinates, however deep."""
    if coordinates and isinstance(coordinates[0], int | float):
        yield tuple(coordinates[:2])
    else:
        for inner in coordinates:
            yield from _positions(inner)
