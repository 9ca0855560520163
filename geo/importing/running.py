"""Imports files of one source as one release: opens them, names their territory, loads their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from geo.codes import INSEE_CODE
from geo.errors import InvalidParameter
from geo.importing.files import fingerprint
from geo.importing.loading import load
from geo.importing.rows import Told
from geo.importing.sources import SOURCES, Contents, Options, Source
from geo.models import Release

#: Changed when the same file is read otherwise than before, so that it is loaded anew.
READING = 2


def import_files(
    *,
    source: str,
    paths: Sequence[Path],
    options: Options,
    territory: str = "",
    vintage: str = "",
    progress: Callable[[int, int | None], None] = lambda rows, total: None,
) -> Release:
    """Load these files as one inactive release of `options.dataset`, and return it, or the one that holds them already.

    `progress` is told the rows read so far, and how many there are where the files know. Raises `InvalidParameter` for
    an option that does not do, `ImportRefused` for files that cannot be read or hold no usable row.
    """
    reading = _checked(source, options)
    _check_names(territory=territory, vintage=vintage)
    with ExitStack() as opened:
        contents = [opened.enter_context(reading.open(Path(path), options)) for path in paths]
        totals = [content.total for content in contents]
        total = None if None in totals else sum(totals)
        return load(
            dataset=options.dataset,
            source=source,
            territory=territory or partial(territory_of, paths, options),
            vintage=vintage,
            licence=reading.licence,
            rows=_rows(contents),
            crs=_system(contents),
            checksum=fingerprint(paths, (READING, source, options)),
            progress=lambda rows: progress(rows, total),
        )


def territory_of(paths: Sequence[Path], options: Options, codes: set[str]) -> str:
    """Name what the files are about: their one commune, else their own name without its vintage; the kind of quarters.

    >>> territory_of([Path("monaco-2023-12-26.osm.pbf")], Options(dataset="buildings"), {""})
    'monaco'
    >>> territory_of([Path("quartiers.geojson")], Options(dataset="neighbourhoods"), {"44109"})
    '44109/quartier'
    """
    stems = (re.sub(r"[\W_]*\d{4}([-_]?\d{2}){0,2}(?!\d)", "", Path(path).name.split(".")[0]) for path in paths)
    told = codes if len(codes) == 1 and all(map(INSEE_CODE.fullmatch, codes)) else dict.fromkeys(filter(None, stems))
    name = "+".join(told)[:48] or "-"
    return f"{name}/{options.kind}" if options.dataset == "neighbourhoods" else name


def _check_names(**names: str) -> None:
    """Refuse what is too long to be stored."""
    for name, text in names.items():
        most = Release._meta.get_field(name).max_length
        if len(text) > most:
            raise InvalidParameter(name, _("Au plus %(most)d caractères.") % {"most": most})


def _checked(source: str, options: Options) -> Source:
    """Find the source; refuse options that mean nothing to it."""
    if source not in SOURCES:
        names = ", ".join(SOURCES)
        raise InvalidParameter(
            "source", _("Source inconnue : %(source)s ; il y a : %(names)s.") % {"source": source, "names": names}
        )
    if options.dataset not in SOURCES[source].datasets:
        names = ", ".join(SOURCES[source].datasets)
        raise InvalidParameter(
            "dataset", _("La source %(source)s contient : %(names)s.") % {"source": source, "names": names}
        )
    if options.municipality and not INSEE_CODE.fullmatch(options.municipality):
        raise InvalidParameter("municipality", _("%(code)s n’est pas un code INSEE.") % {"code": options.municipality})
    return SOURCES[source]


def _system(contents: Sequence[Contents]) -> str:
    """The one coordinate system of the files."""
    systems = list(dict.fromkeys(content.crs for content in contents))
    if len(systems) > 1:
        raise InvalidParameter(
            "paths", _("Ces fichiers n’ont pas le même système de coordonnées : importez-les un par un.")
        )
    return systems[0]


def _rows(contents: Sequence[Contents]) -> Iterator[Told]:
    for content in contents:
        yield from content.rows
