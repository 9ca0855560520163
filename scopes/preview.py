"""What a circle or a zone would reach, told before anything is sent: from public data and the quarterly table."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from geo.catchments import Catchment, around_cells, united
from geo.home_sums import HomesIn, homes_in, homes_of_town
from geo.loaded import share_not_loaded
from geo.models import Municipality, Neighbourhood, PublicCell, Residence
from geo.querysets import PublicCellQuerySet
from scopes.levels import Level
from scopes.reach import Connected, ReachCount
from scopes.viewer import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is told of an audience."""

    level: Level
    #: Dwellings of the cells covered, or of the residence.
    homes: int
    #: Some of these dwellings are estimated.
    homes_estimated: bool
    #: As the quarterly table publishes them; nothing is ever told of one residence.
    connected: Connected | None
    #: Share of these homes that lie in other communes.
    outside_town: float
    #: Share of the area where no buildings are loaded: there, homes are not known to be none.
    not_loaded: float
    drawing: MultiPolygon
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return what a page shows and draws."""
        return {
            "level": self.level,
            "homes": self.homes,
            "homes_estimated": self.homes_estimated,
            "connected": None if self.connected is None else str(self.connected),
            "outside_town": round(self.outside_town, 3),
            "not_loaded": round(self.not_loaded, 3),
            "drawing": json.loads(self.drawing.geojson),
            "notes": list(self.notes),
        }


def preview_of(*, home: Home, level: Level, catchment: Catchment | None = None) -> Preview:
    """Tell what a circle of this home reaches, or for `Level.CATCHMENT` the zone given."""
    return {
        Level.RESIDENCE: _of_residence,
        Level.VOISINAGE: _of_voisinage,
        Level.NEIGHBOURHOOD: _of_neighbourhood,
        Level.MUNICIPALITY: lambda home: preview_of_town(home.municipality_id),
        Level.CATCHMENT: lambda home: preview_of_zone(catchment, municipality_id=home.municipality_id),
    }[Level(level)](home)


def preview_of_zone(catchment: Catchment, *, municipality_id: int) -> Preview:
    """Tell what a zone reaches, seen from a town."""
    return _preview(Level.CATCHMENT, homes_in(catchment.area, town=municipality_id), catchment)


def preview_of_town(municipality_id: int) -> Preview:
    """Tell what a town reaches; where its limits are not published, the homes that are known of it."""
    boundary = Municipality.objects.values_list("boundary", flat=True).get(pk=municipality_id)
    if boundary:
        town = Catchment(area=boundary, drawing=boundary)
    else:
        town = around_cells(PublicCell.objects.sound().filter(municipality=municipality_id))
    return _preview(Level.MUNICIPALITY, homes_of_town(municipality_id), town)


def _of_residence(home: Home) -> Preview:
    """The dwellings of one building, or of the houses of a cell, which its members may know; never how many joined."""
    residence = Residence.objects.get(pk=home.residence_id)
    cell = residence.houses_of
    drawn = [cell.area] if cell else residence.buildings.filter(closed_on=None).values_list("footprint", flat=True)
    return Preview(
        level=Level.RESIDENCE,
        homes=residence.dwellings or 0,
        homes_estimated=residence.dwellings_estimated,
        connected=None,
        outside_town=0.0,
        not_loaded=0.0,
        drawing=united(drawn),
    )


def _of_voisinage(home: Home, notes: tuple[str, ...] = ()) -> Preview:
    """The cells of the voisinage, drawn where their homes are."""
    cells = PublicCell.objects.sound().filter(pk__in=home.voisinage)
    return _of_cells(Level.VOISINAGE, cells, around_cells(cells), home.municipality_id, notes)


def _of_neighbourhood(home: Home) -> Preview:
    """The quarter; the voisinage where the town has none, and that is said."""
    if home.neighbourhood_id is None:
        return _of_voisinage(home, (_("Votre ville n’a pas de quartiers : ce sera votre voisinage."),))
    boundary = Neighbourhood.objects.values_list("boundary", flat=True).get(pk=home.neighbourhood_id)
    cells = PublicCell.objects.sound().filter(containments__neighbourhood=home.neighbourhood_id)
    return _of_cells(Level.NEIGHBOURHOOD, cells, Catchment(area=boundary, drawing=boundary), home.municipality_id)


def _of_cells(
    level: Level, cells: PublicCellQuerySet, catchment: Catchment, municipality_id: int, notes: tuple[str, ...] = ()
) -> Preview:
    outside = ~Q(municipality=municipality_id)
    told = cells.aggregate(
        homes=Sum("dwellings", default=0),
        elsewhere=Sum("dwellings", filter=outside, default=0),
        estimated=Coalesce(BoolOr("estimated"), False),
    )
    return _preview(level, HomesIn(**told), catchment, notes)


def _preview(level: Level, told: HomesIn, catchment: Catchment, notes: tuple[str, ...] = ()) -> Preview:
    return Preview(
        level=level,
        homes=told.homes,
        homes_estimated=told.estimated,
        connected=ReachCount.objects.connected_in(catchment.area),
        outside_town=told.elsewhere / told.homes if told.homes else 0.0,
        not_loaded=share_not_loaded(catchment.area),
        drawing=catchment.drawing,
        notes=(*catchment.notes, *notes),
    )
