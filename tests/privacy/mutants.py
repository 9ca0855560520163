"""The protections of privacy.md, each switched off in turn: what an attack does not notice, it does not test."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from django.contrib.gis.db.models.functions import GeometryDistance, LineLocatePoint
from django.contrib.gis.geos import MultiPolygon, Point

from directory import meeting_points, nearby_sql, posting, spreading
from directory.models import Listing
from geo import public_cells
from geo.geocoding import Suggestion
from geo.models import Neighbourhood, PublicCell, Residence, Street
from geo.partition import Rule
from scopes import viewing
from scopes.models import Membership
from scopes.viewer import Home
from tests.privacy.worlds import BORDER

#: Where the author of an entry lives: what no statement of ours asks for.
_HOME = """(SELECT residence.location FROM directory_listing listing
    JOIN scopes_membership membership ON membership.alias_id = listing.author_id
    JOIN geo_residence residence ON residence.id = membership.residence_id WHERE listing.public_id = {row}.public_id)"""


@contextmanager
def _composed_anew() -> Iterator[None]:
    """Compose the statement of nearby search from constants that differ, then from its own again."""
    nearby_sql.statement.cache_clear()
    try:
        yield
    finally:
        nearby_sql.statement.cache_clear()


@contextmanager
def true_distance() -> Iterator[None]:
    """Distances are to homes; what is found is still found by the cell."""
    home = f"COALESCE({_HOME.format(row='candidate')}, location)"
    changed = nearby_sql._STATEMENT.replace("ST_Distance(location, {here})", f"ST_Distance({home}, {{here}})")
    assert changed != nearby_sql._STATEMENT
    with patch.object(nearby_sql, "_STATEMENT", changed), _composed_anew():
        yield


@contextmanager
def radius_on_home() -> Iterator[None]:
    """What is found within a radius is so by the home; the distance told is still that of the cell."""
    home = f"COALESCE({_HOME.format(row='entry')}, entry.location)"
    changed = nearby_sql._IN_REACH.replace("entry.location", home)
    assert changed != nearby_sql._IN_REACH
    with patch.object(nearby_sql, "_IN_REACH", changed), _composed_anew():
        yield


@contextmanager
def _homes(change: Callable[[Home, Residence], Home]) -> Iterator[None]:
    """Viewers whose homes are changed by where they truly are."""
    honest = viewing._home

    def mutated(row: tuple) -> Home:
        home = honest(row)
        return change(home, Residence.objects.select_related("municipality").get(pk=home.residence_id))

    with patch.object(viewing, "_home", mutated):
        yield


def catchment_from_home() -> Iterator[None]:
    """A person's zones start from the home, and those of others reach it."""
    return _homes(lambda home, residence: replace(home, point=residence.location.coords))


def soft_border_from_home() -> Iterator[None]:
    """A limit is near when it is near the home."""

    def change(home: Home, residence: Residence) -> Home:
        quarters = Neighbourhood.objects.filter(kind=residence.municipality.circle_kind).exclude(
            pk=home.neighbourhood_id
        )
        near = [quarter.pk for quarter in quarters if quarter.boundary.distance(residence.location) < BORDER]
        return replace(home, bordering=tuple(sorted(near)))

    return _homes(change)


@contextmanager
def snap_from_home() -> Iterator[None]:
    """What a person writes stands on the street next to the home."""
    honest = posting.place_of

    def mutated(home: Home, level: str) -> dict[str, object]:
        columns = honest(home, level)
        return columns if columns.get("residence_id") else columns | {"location": _on_the_street(home.residence_id)}

    with patch.object(posting, "place_of", mutated):
        yield


def _on_the_street(residence_id: int) -> Point:
    home = Residence.objects.get(pk=residence_id).location
    street = (
        Street.objects.order_by(GeometryDistance("line", home)).annotate(along=LineLocatePoint("line", home)).first()
    )
    return Point(*street.line.interpolate_normalized(street.along).coords, srid=4326)


@contextmanager
def meeting_points_from_home() -> Iterator[None]:
    """A ride begins at one of the points around the home, or around the address that was typed."""

    def at_the_door(place: Suggestion) -> Point:
        return Point(place.longitude, place.latitude, srid=4326)

    with catchment_from_home(), patch.object(meeting_points, "_seen_from", at_the_door):
        yield


@contextmanager
def rings_from_home() -> Iterator[None]:
    """A request spreads from where its author lives."""

    def zone(residence: Residence, number: int) -> MultiPolygon:
        return spreading._zone(PublicCell(location=residence.location, municipality=residence.municipality), number)

    def further(requests: Collection[Listing]) -> dict[int, MultiPolygon]:
        homes = {one.pk: Membership.objects.get(alias=one.author_id).residence for one in requests}
        return {one.pk: zone(homes[one.pk], one.number + 1) for one in requests}

    with patch.object(spreading, "_next_zones", further):
        yield


@contextmanager
def old_cell_rule() -> Iterator[None]:
    """Cells of thirty homes, whatever the share of the largest building."""
    with patch.object(public_cells, "RULE", Rule(least=30, parts=1)):
        yield
