"""Opens a town from a folder of official files: each that is there is imported, in order, for this commune alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from geo.activation import activate
from geo.codes import city_of
from geo.errors import AlentourError
from geo.importing import Ignored, Rejected, Row
from geo.importing.files import fingerprint
from geo.importing.loading import load
from geo.importing.reprojection import reprojected
from geo.importing.sources import SOURCES, Options
from geo.models import Municipality, Release
from geo.town_files import WANTED, Wanted, recognise

#: Changed when the same file is to be opened otherwise, so that it is loaded anew.
READING = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one kind of data."""

    wanted: Wanted
    path: Path | None = None
    release: Release | None = None
    #: Why the file was not imported, in the reader's words.
    refusal: str = ""
    #: What shows these data already, where no file was found.
    earlier: Release | None = None


def open_town(*, municipality: Municipality, folder: Path | None, force: bool = False) -> Iterator[Outcome]:
    """Import and activate what the folder holds for this commune; tell of each kind of data what became of it.

    Each file is one transaction, and one that is refused leaves the others: a second run takes up what is left.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder else []
    for wanted in WANTED:
        found = recognise(wanted, paths)
        if found is None:
            yield Outcome(wanted=wanted, earlier=_shown(municipality, wanted))
            continue
        source, path = found
        try:
            release = _open(municipality, wanted, source, path, force=force)
            yield Outcome(wanted=wanted, path=path, release=release)
        except AlentourError as error:
            yield Outcome(wanted=wanted, path=path, refusal=str(error))


@transaction.atomic
def _open(town: Municipality, wanted: Wanted, source: str, path: Path, *, force: bool) -> Release:
    """Load and activate the rows of one file that are this commune's."""
    # The limits may be those that the file before this one brought.
    town.refresh_from_db()
    options = _options(wanted, town)
    with SOURCES[source].open(path, options) as contents:
        release = load(
            dataset=wanted.dataset,
            source=source,
            territory=_territory(town, wanted),
            licence=SOURCES[source].licence,
            rows=_of_town(contents.rows, town, contents.crs),
            crs=contents.crs,
            checksum=fingerprint([path], (READING, town.insee_code, options)),
        )
    return activate(release=release, force=force)


def _territory(town: Municipality, wanted: Wanted) -> str:
    return f"{town.insee_code}/{wanted.kind}" if wanted.kind else town.insee_code


def _shown(town: Municipality, wanted: Wanted) -> Release | None:
    """The release of this town's own that shows such data."""
    return Release.objects.active().filter(dataset=wanted.dataset, territory=_territory(town, wanted)).first()


def _options(wanted: Wanted, town: Municipality) -> Options:
    """Quarters are a town's own file and seldom name their commune; other files cover more than a town and do."""
    own = wanted.kind in ("quartier", "sous_quartier")
    return Options(dataset=wanted.dataset, kind=wanted.kind, municipality=town.insee_code if own else "")


def _of_town(
    rows: Iterable[Row | Rejected | Ignored], town: Municipality, crs: str
) -> Iterator[Row | Rejected | Ignored]:
    """Keep the rows that say they are of this commune, or, where they do not say, that lie in its limits."""
    limits = None if town.boundary is None else shapely.from_wkb(bytes(town.boundary.wkb))
    if limits is not None:
        shapely.prepare(limits)
    for row in rows:
        if isinstance(row, Row) and not _is_of(row, town, limits, crs):
            yield Ignored(row.number, _("autre commune"))
        else:
            yield row


def _is_of(row: Row, town: Municipality, limits: shapely.Geometry | None, crs: str) -> bool:
    """Whether a row is this commune's; one whose geometry cannot be read is left to be reported."""
    said = row.insee_code or str(row.attributes.get("insee_code", ""))
    if said:
        return city_of(said) == town.insee_code
    if row.geometry is None or row.geometry.is_empty or limits is None:
        return True
    middle = reprojected(shapely.point_on_surface(row.geometry), crs)
    return bool(shapely.intersects(limits, middle))
