"""CSV as French spreadsheets open it: semicolons, decimal commas, UTF-8 with its mark; alone, or with its dictionary.

RFC 4180 has commas; Excel and LibreOffice in French take those for decimals, and one column for all. What programs read
is the GeoJSON and the GeoPackage.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from directory.findings import Findings
from maps.coverage_files.about import About
from maps.coverage_files.columns import DICTIONARY, FIGURES, GAPS, Column, dictionary, figures, gaps

#: Before any of these a spreadsheet would calculate (https://owasp.org/www-community/attacks/CSV_Injection).
CALCULATED = ("=", "+", "-", "@", "\t", "\r")
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def table(findings: Findings, _about: About) -> bytes:
    """The town and its neighbourhoods, a row each."""
    return _csv(FIGURES, (row for _kind, _covered, row in figures(findings)))


def archive(findings: Findings, about: About) -> bytes:
    """The same with gaps, the dictionary of columns, and what must be known, as a ZIP archive."""
    files = {
        "couverture.csv": table(findings, about),
        "zones_trop_loin.csv": _csv(GAPS, gaps(findings)),
        "dictionnaire.csv": _csv(DICTIONARY, dictionary(("couverture", "zones_trop_loin"))),
        "LISEZ-MOI.txt": readme(about).encode(),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in files.items():
            folder.writestr(zipfile.ZipInfo(name, (*about.made_on.timetuple()[:3], 0, 0, 0)), content)
    return written.getvalue()


def readme(about: About) -> str:
    """What the figures are, what must be known of them, and whom they come from."""
    made = _("Fait le %(day)s avec Alentour : %(address)s") % {"day": about.day, "address": about.address}
    parts = [about.title, made, "\n".join(about.notes), _("Données et licences :"), "\n".join(about.sources)]
    return "\n\n".join(parts) + "\n"


def _csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    writer.writerows([_cell(row[column.name]) for column in columns] for row in rows)
    return (MARK + written.getvalue()).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0").replace(".", ",")
    text = str(value)
    # Excel overlooks spaces before a sign, and reads full-width ones.
    begins = {text[:1], normalize("NFKC", text).lstrip()[:1]}
    return f"'{text}" if isinstance(value, str) and not begins.isdisjoint(CALCULATED) else text
