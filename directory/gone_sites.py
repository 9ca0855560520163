"""Sites of a kept result of which everyone still knows: the others are counted in its figures, and shown no more.

Whoever withdraws a page, closes, or hides where they work (many work at home) would else stay on the map of a result
for as long as a town keeps it. Nothing is kept to know this: a result names no listing, old ones neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon

from directory.categories import tree
from directory.coverage import APART, public_listings
from directory.coverage_choices import services_of
from directory.findings import Buildings, Findings, NamedGap
from geo.network.loading import box_around
from geo.plane import Plane

#: Digits of a degree to which two places are one: a decimetre, as results are frozen.
DIGITS = 6
#: Metres around sites in which listings are read, so that those at the edge are too.
MARGIN = 1


def without_gone_sites(findings: Findings) -> Findings:
    """Keep the sites where everyone still finds the service that was asked for; say how many others there were.

    Sites that were given for the analysis are the town's own words, and stay. What draws a circle around one that is
    gone goes with it: whether each building was near enough and how far it was, and outlines of the gaps beside it.
    """
    if findings.named or not len(findings.sites):
        return findings
    found = _public_places(services_of(findings.service), box_around(findings.sites, margin=MARGIN))
    stays = np.array([place in found for place in _places(findings.sites)])
    if stays.all():
        return findings
    return replace(
        findings,
        sites=findings.sites[stays],
        gone=int((~stays).sum()),
        gaps=list(_gaps_away_from(findings.sites[~stays], findings)),
        buildings=_untold(findings.buildings),
    )


def _gaps_away_from(gone: np.ndarray, findings: Findings) -> Iterator[NamedGap]:
    """The gaps, those without an outline whose limit may be that of a circle, or of walks, around a site."""
    plane = Plane.around(gone)
    near = shapely.union_all(shapely.buffer(shapely.points(plane.metres(gone)), findings.threshold + 2 * APART))
    for gap in findings.gaps:
        is_near = shapely.intersects(near, shapely.transform(gap.area, plane.metres))
        yield replace(gap, area=None) if is_near else gap


def _untold(buildings: Buildings) -> Buildings:
    """The buildings and their homes alone."""
    number = len(buildings.ids)
    return replace(buildings, metres=np.full(number, np.nan), served=np.full(number, True))


def _public_places(services: Iterable[str], box: Polygon) -> set[tuple[float, float]]:
    """Where everyone finds these services today, in a box; nowhere, those that are in the list no more."""
    found = [public_listings(service, within=box) for service in services if service in tree()]
    points = [place.coords for listings in found for place in listings.values_list("location", flat=True)]
    return set(_places(np.array(points, dtype=float).reshape(-1, 2)))


def _places(degrees: np.ndarray) -> Iterable[tuple[float, float]]:
    """Longitudes and latitudes, shape (n, 2), as pairs that can be compared."""
    return map(tuple, degrees.round(DIGITS).tolist())
