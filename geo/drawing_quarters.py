"""Takes in the quarters that a town draws: a release like any other, looked at, then shown, or rolled back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.catchments import cells_covered
from geo.errors import InvalidParameter
from geo.importing import Row, load
from geo.importing.repair import Family, faults_of_position, repaired
from geo.importing.rows import Remark
from geo.importing.values import slug, text
from geo.models import WGS84, Municipality, Neighbourhood, PublicCell, Release

#: Characters of a drawing; quarters in it.
LONGEST, MOST = 5_000_000, 400
#: Shares of a quarter: what lies outside the town is cut off, said from the first on, refused from the second.
CUT, OUTSIDE = 0.01, 0.5
#: Share of the smaller of two quarters that both may cover without a word: an edge drawn twice.
OVERLAP = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One quarter as it was drawn."""

    name: str
    code: str
    area: shapely.Geometry


def draw_quarters(*, municipality: Municipality, drawing: str, kind: str = Neighbourhood.Kind.QUARTIER) -> Release:
    """Load a GeoJSON FeatureCollection of named areas as the town's quarters of a kind; return the inactive release.

    What overlaps, lies outside the town or leaves homes without quarter is among the warnings of its report. Raises
    `InvalidParameter` naming what cannot be used, `ImportRefused`.
    """
    if kind not in Neighbourhood.CIRCLE_KINDS:
        raise InvalidParameter("kind", _("Ce type de quartier n’est le cercle de personne."))
    if municipality.boundary is None:
        raise InvalidParameter("municipality", _("Les limites de cette commune ne sont pas chargées."))
    town = shapely.from_wkb(bytes(municipality.boundary.wkb))
    remarks: list[str] = []
    quarters = [_within(quarter, town, remarks) for quarter in _read(drawing)]
    remarks += [*_overlaps(quarters), *_homes_left_out(quarters, municipality)]
    insee_code = municipality.insee_code
    rows = (
        Row(
            quarter.name,
            quarter.area,
            {"kind": str(kind), "code": quarter.code, "name": quarter.name},
            key=f"{insee_code}/{kind}/{quarter.code}",
            insee_code=insee_code,
        )
        for quarter in quarters
    )
    return load(
        dataset=Release.Dataset.NEIGHBOURHOODS,
        source="town",
        territory=f"{insee_code}/{kind}",
        vintage=timezone.localdate().isoformat(),
        rows=[*rows, *map(Remark, remarks)],
    )


def _read(drawing: str) -> list[Quarter]:
    """Read the features; every one is an area with a name of its own."""
    if len(drawing) > LONGEST:
        raise _refused(_("Ce tracé est trop long."))
    try:
        collection = json.loads(drawing)
        features = collection["features"]
        read = [_quarter(feature, number) for number, feature in enumerate(features, 1)]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _refused(_("Attendu : une FeatureCollection GeoJSON.")) from error
    if not 1 <= len(read) <= MOST:
        raise _refused(_("Attendu : de 1 à %(most)d quartiers.") % {"most": MOST})
    codes = sorted(quarter.code for quarter in read)
    twice = next((one for one, other in pairwise(codes) if one == other), None)
    if twice:
        raise _refused(_("Deux quartiers s’appellent « %(name)s ».") % {"name": twice})
    return read


def _quarter(feature: dict, number: int) -> Quarter:
    properties = feature["properties"] or {}
    name = text(properties.get("name") or properties.get("nom"))
    code = slug(text(properties.get("code")) or name)[:60]
    if not name or not code or len(name) > 120:
        raise _refused(_("Le quartier n° %(number)d n’a pas de nom (propriété « name »).") % {"number": number})
    try:
        drawn = shapely.from_geojson(json.dumps(feature["geometry"]))
    except shapely.errors.GEOSException as error:
        raise _refused(_("« %(name)s » n’a pas de tracé lisible.") % {"name": name}) from error
    areas = np.array([drawn])
    (fault,) = faults_of_position(areas)
    if not fault:
        areas, _repairs, (fault,) = repaired(areas, Family.AREA)
    if fault:
        raise _refused(_("« %(name)s » ne peut pas servir : %(why)s.") % {"name": name, "why": fault})
    return Quarter(name=name, code=code, area=areas[0])


def _within(quarter: Quarter, town: shapely.Geometry, remarks: list[str]) -> Quarter:
    """Cut off what lies outside the town."""
    inside = shapely.union_all([p for p in shapely.get_parts(quarter.area & town) if p.geom_type == "Polygon"])
    outside = 1 - inside.area / quarter.area.area
    if outside > OUTSIDE:
        raise _refused(_("« %(name)s » est hors de la commune.") % {"name": quarter.name})
    if outside > CUT:
        told = {"name": quarter.name, "share": round(100 * outside)}
        remarks.append(_("« %(name)s » dépasse de la commune : %(share)d %% en ont été retirés.") % told)
    return replace(quarter, area=inside)


def _overlaps(quarters: list[Quarter]) -> Iterator[str]:
    """Say which quarters cover each other."""
    areas = [quarter.area for quarter in quarters]
    for one, other in shapely.STRtree(areas).query(areas, predicate="intersects").T.tolist():
        share = (areas[one] & areas[other]).area / min(areas[one].area, areas[other].area)
        if one < other and share > OVERLAP:
            told = {"one": quarters[one].name, "other": quarters[other].name, "share": max(1, round(100 * share))}
            yield _("« %(one)s » et « %(other)s » se recouvrent (%(share)d %%).") % told


def _homes_left_out(quarters: list[Quarter], municipality: Municipality) -> Iterator[str]:
    """Say how many homes of the town would be in no quarter."""
    covered = GEOSGeometry(
        memoryview(shapely.to_wkb(shapely.union_all([quarter.area for quarter in quarters]))), srid=WGS84
    )
    cells = PublicCell.objects.sound().filter(municipality=municipality)
    everyone = cells.aggregate(homes=Sum("dwellings", default=0))["homes"]
    inside = cells_covered(covered).filter(municipality=municipality).aggregate(homes=Sum("dwellings", default=0))
    left_out = everyone - inside["homes"]
    if left_out:
        share = max(1, round(100 * left_out / everyone))
        yield _("%(homes)d foyers (%(share)d %%) ne sont dans aucun quartier.") % {"homes": left_out, "share": share}


def _refused(message: str) -> InvalidParameter:
    return InvalidParameter("drawing", message)
