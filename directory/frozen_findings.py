"""Findings as they are kept: JSON for what is told, packed columns for the buildings; read back, they are equal.

A result is read for years: what is added to findings is read with what it was before it was known, and nothing is taken
out (a test reads a result of the first day).
"""

from __future__ import annotations

import io
import json
from dataclasses import astuple
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely

from directory.coverage import Covered
from directory.findings import Area, Before, Buildings, Findings, NamedGap, Source
from directory.people_told import People, Share, tell_people
from geo.models import Municipality
from geo.pace import Pace

#: Digits of a degree: a decimetre.
DIGITS = 6


def freeze(findings: Findings) -> dict[str, Any]:
    """Return findings as JSON, without the buildings, and without the names of sites: an analysis keeps these once."""
    return {
        "service": findings.service,
        "threshold": findings.threshold,
        "pace": findings.pace and findings.pace.name,
        "open_at": findings.open_at and findings.open_at.isoformat(),
        "made_on": findings.made_on.isoformat(),
        "loaded": findings.loaded,
        "estimated_homes": findings.estimated_homes,
        "straight_homes": findings.straight_homes,
        **_rows(findings.whole, findings.by),
        "before": findings.before and _rows(findings.before.whole, findings.before.by) | {"gaps": findings.before.gaps},
        "outlines": {key: _geojson(outline) for key, outline in findings.outlines.items()},
        "gaps": [[gap.homes, list(gap.streets), _geojson(gap.area)] for gap in findings.gaps],
        "sites": findings.sites.round(DIGITS).tolist(),
        "proposed": findings.proposed.round(DIGITS).tolist(),
        "named": findings.named,
        "left_out": findings.left_out,
        "corners": findings.corners.round(DIGITS).tolist(),
        "sources": [[one.dataset, one.source, one.vintage, one.licence] for one in findings.sources],
    }


def thaw(town: Municipality, told: dict[str, Any], buildings: bytes, *, site_names: tuple[str, ...] = ()) -> Findings:
    """Return the findings that were frozen, of an analysis whose own sites have these names.

    Of people they tell no more than is told of them today.
    """
    whole, tables = _read_rows(told)
    before = told.get("before")
    return Findings(
        town=town,
        service=told["service"],
        threshold=told["threshold"],
        pace=Pace[told["pace"]] if told["pace"] else None,
        open_at=datetime.fromisoformat(told["open_at"]) if told["open_at"] else None,
        made_on=date.fromisoformat(told["made_on"]),
        loaded=told["loaded"],
        estimated_homes=told["estimated_homes"],
        straight_homes=told["straight_homes"],
        whole=whole,
        by=tables,
        outlines={key: shapely.from_geojson(json.dumps(outline)) for key, outline in told["outlines"].items()},
        gaps=[
            NamedGap(shapely.from_geojson(json.dumps(area)), homes, tuple(streets))
            for homes, streets, area in told["gaps"]
        ],
        sites=np.array(told["sites"], dtype=float).reshape(-1, 2),
        proposed=np.array(told.get("proposed", []), dtype=float).reshape(-1, 2),
        before=Before(*_read_rows(before), before["gaps"]) if before else None,
        named=told.get("named", ""),
        site_names=site_names,
        left_out=told.get("left_out", 0),
        corners=np.array(told["corners"]),
        buildings=unpack(buildings),
        sources=tuple(Source(*one) for one in told["sources"]),
    )


def pack(buildings: Buildings) -> bytes:
    """Return the columns of buildings, compressed: some 6 bytes a building."""
    written = io.BytesIO()
    homes, metres = buildings.homes.astype(np.int32), buildings.metres.astype(np.float32)
    columns = {"ids": buildings.ids, "homes": homes, "metres": metres, "served": buildings.served}
    if buildings.estimated is not None:
        columns["estimated"] = buildings.estimated
    np.savez_compressed(written, **columns)
    return written.getvalue()


def unpack(packed: bytes) -> Buildings:
    """Read the columns back."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as columns:
        homes, metres = columns["homes"].astype(int), columns["metres"].astype(float)
        return Buildings(columns["ids"], homes, metres, columns["served"], columns.get("estimated"))


def _rows(whole: Covered, by: dict[str, list[Covered]]) -> dict[str, Any]:
    return {"whole": _row(whole), "by": [[kind, [_row(row) for row in rows]] for kind, rows in by.items()]}


def _read_rows(told: dict[str, Any]) -> tuple[Covered, dict[str, list[Covered]]]:
    tables = {kind: [_read_row(row) for row in rows] for kind, rows in told["by"]}
    return tell_people(_read_row(told["whole"]), tables)


def _row(row: Covered) -> dict[str, Any]:
    return {
        "areas": [[area.key, area.code, area.name] for area in row.areas],
        "homes": [row.homes.served, row.homes.total],
        "estimated": row.estimated,
        "people": row.people and list(astuple(row.people)),
        # JSON knows no infinity.
        "metres": [_finite(row.nearest), _finite(row.nth)],
    }


def _read_row(told: dict[str, Any]) -> Covered:
    nearest, nth = (np.inf if far is None else far for far in told["metres"])
    return Covered(
        areas=tuple(Area(*area) for area in told["areas"]),
        homes=Share(*told["homes"]),
        estimated=told.get("estimated"),
        people=People(*told["people"]) if told["people"] else None,
        nearest=nearest,
        nth=nth,
    )


def _finite(metres: float) -> float | None:
    return round(metres, 1) if np.isfinite(metres) else None


def _geojson(shape: shapely.Geometry) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda degrees: degrees.round(DIGITS))))
