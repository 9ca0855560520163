"""Loads rows into an inactive release, in one transaction: a run killed at any moment leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection, transaction
from django.utils.translation import gettext as _

from geo.errors import ImportRefused
from geo.importing.checks import compare_with_active, warnings_about
from geo.importing.extents import Hulls
from geo.importing.identity import GeometricIdentity
from geo.importing.report import Report
from geo.importing.reprojection import WGS84
from geo.importing.rows import Ignored, Rejected, Remark, Row, Told
from geo.importing.versions import Preparation, VersionRow, checksum_of
from geo.locks import Lock
from geo.models import Release

#: Two imports of the same data wait for each other.
_LOADING = Lock("loading")
#: Rows repaired and copied at once: enough for shapely's array functions, little enough to hold a country in memory.
BATCH = 5_000
COLUMNS = "release_id, key, digest, geometry, attributes, insee_code"


def load(
    *,
    dataset: str,
    source: str,
    territory: str | Callable[[set[str]], str],
    rows: Iterable[Told],
    vintage: str = "",
    licence: str = "",
    crs: str = WGS84,
    extent: shapely.Geometry | None = None,
    checksum: str = "",
    progress: Callable[[int], None] = lambda rows: None,
) -> Release:
    """Read, repair, check and copy `rows` into an inactive release, with its report; return it.

    `territory` may be a function of the INSEE codes found in the rows. `crs` is the coordinate system of the rows'
    geometries; `extent` (degrees) says where the release speaks, by default the hulls of what it holds. `checksum`
    names the content (files and options): content that is already loaded is returned as it is. `progress` is told the
    number of rows read so far. The release is shown only once activated (`geo.activation.activate`). Raises
    `ImportRefused` when no row can be used, or the coordinates are not in `crs`.
    """
    started = time.monotonic()
    report = Report()
    with transaction.atomic():
        _LOADING.hold(f"{dataset} {source}")
        if checksum and (known := loaded_before(dataset, source, checksum)):
            return known
        release = Release.objects.create(
            dataset=dataset, source=source, vintage=vintage, licence=licence, checksum=checksum
        )
        preparation = Preparation(dataset=dataset, crs=crs, identity=GeometricIdentity(dataset, source), report=report)
        hulls = Hulls(dataset)
        digests: dict[str, str] = {}
        codes: set[str] = set()
        for versions in _prepared(rows, preparation, report, progress):
            _copy(release, versions)
            hulls.add(versions)
            digests.update((version.key, version.digest) for version in versions)
            codes.update(version.insee_code or version.key.removeprefix("insee:") for version in versions)
        report.loaded = len(digests)
        release.territory = territory(codes) if callable(territory) else territory
        release.checksum = checksum or checksum_of(digests)
        known = loaded_before(dataset, source, release.checksum)
        if known:
            release.delete()
            return known
        if digests:
            release.state = Release.State.LOADED
            release.extent = _geos(
                shapely.MultiPolygon([extent]) if extent and extent.geom_type == "Polygon" else extent or hulls.union()
            )
            report.warnings += warnings_about(release)
        else:
            release.state = Release.State.REJECTED
        release.report = report.as_json() | compare_with_active(release)
        release.report["seconds"] = round(time.monotonic() - started, 1)
        release.save()
    if release.state == Release.State.REJECTED:
        raise ImportRefused(_("Aucune ligne utilisable ; rien n’a changé. %(why)s") % {"why": _first_reasons(report)})
    return release


def loaded_before(dataset: str, source: str, checksum: str) -> Release | None:
    """Return the release that already holds this content, whether it is active or not."""
    kept = (Release.State.LOADED, Release.State.ACTIVE, Release.State.SUPERSEDED)
    same = Release.objects.filter(dataset=dataset, source=source, checksum=checksum)
    return same.filter(state__in=kept).first()


def _prepared(
    rows: Iterable[Told], preparation: Preparation, report: Report, progress: Callable[[int], None]
) -> Iterator[list[VersionRow]]:
    """Read batch by batch; rows that the source leaves out go to the report."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        for row in batch:
            if isinstance(row, Remark):
                report.warnings.append(row.text)
                continue
            report.read += 1
            if isinstance(row, Rejected):
                report.rejected.add(str(row.reason), row.number)
            elif isinstance(row, Ignored):
                report.ignored.add(str(row.reason), row.number)
        good = [row for row in batch if isinstance(row, Row)]
        if good:
            yield preparation.versions(good)
        progress(report.read)


def _copy(release: Release, versions: list[VersionRow]) -> None:
    """Copy versions into their table: ten times as fast as inserting them."""
    shapes = shapely.to_wkb(
        shapely.set_srid([version.geometry for version in versions], 4326), hex=True, include_srid=True
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY geo_version ({COLUMNS}) FROM STDIN") as copy:
        for version, shape in zip(versions, shapes, strict=True):
            copy.write_row((release.pk, version.key, version.digest, shape, version.attributes, version.insee_code))


def _geos(area: shapely.Geometry) -> MultiPolygon:
    """Shapely's geometry as Django's."""
    return GEOSGeometry(memoryview(area.wkb), srid=4326)


def _first_reasons(report: Report) -> str:
    """The most frequent reasons, with the first rows concerned."""
    return " ; ".join(
        _("%(reason)s (%(n)d, première : %(row)s)") % {"reason": reason, "n": told["count"], "row": told["rows"][0]}
        for reason, told in list(report.rejected.as_json().items())[:3]
    ) or _("Le fichier ne contient aucune ligne.")
