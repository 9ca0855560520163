"""The report of an analysis on A4: the sentence, the map and its legend; then the table, the gaps and the sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.units import mm

from directory.findings import Findings
from maps.coverage_files.about import About
from maps.coverage_files.plan import GAP, SHARES, SITE, draw_letter, draw_plan
from maps.coverage_map import letter
from maps.coverage_people import DASH, people_in_words
from maps.coverage_told import distance, heading, legend
from maps.coverage_what_if import gained_told
from maps.wording import NARROW_SPACE, grouped, percent
from scopes.moments import NO_BREAK
from scopes.paper.document import LEFT, ROOM, Block, Document
from scopes.paper.drawing import ACCENT, BOLD, HEIGHT, INK, SOFT, Sheet, unbroken

#: Millimetres: the map, and the code that leads to the page.
PLAN, CODE = 158, 30
#: Gaps, and sites of a list, that are told of by name on paper; the page and the files have all.
MOST_GAPS, MOST_NAMES = 25, 60


@dataclass(frozen=True, slots=True)
class Front:
    """Where what the first sheet shows ends: above it, the picture; below, how to find it again."""

    picture: float
    all: float


def report(findings: Findings, about: About) -> bytes:
    """The report as a PDF, in the active language."""
    return document_of(findings, about).pdf()


def document_of(findings: Findings, about: About) -> Document:
    """The report before it is written."""
    foot = " · ".join(("Alentour", about.town, about.day))
    document = Document(about.title, foot=foot)
    document.blocks.append(front(findings, about))
    _gained(document, findings)
    for kind, rows in findings.by.items():
        document.heading(heading(kind))
        _table(document, findings, rows)
        document.gap(4)
    if not findings.by:
        document.heading(_("Toute la commune"))
        _table(document, findings, [])
    _gaps(document, findings)
    _names(document, findings)
    document.heading(_("Ce qu’il faut savoir"))
    document.paragraph(" ".join(about.notes))
    document.heading(_("Données et licences"))
    for line in about.sources:
        document.paragraph(line, size=9.5, colour=SOFT)
    return document


def front(findings: Findings, about: About) -> Block:
    """The first sheet, as a town hall would pin it up."""
    return Block(250, lambda sheet, y: draw_front(sheet, findings, about, y))


def draw_front(sheet: Sheet, findings: Findings, about: About, y: float) -> Front:
    """Draw the sentence, the map, its legend and its sources; then the code that leads to the page."""
    below = sheet.paragraph(about.service, LEFT, y, width=ROOM, size=15, fontName=BOLD, textColor=SOFT, leading=18)
    figure = {"size": 46, "leading": 46, "fontName": BOLD, "textColor": ACCENT}
    share = _together(about.share)
    width = sheet.widest_word(share, size=46, font=BOLD) + 6
    sheet.paragraph(share, LEFT, below + 1, width=width, **figure)
    style = {"size": 17, "leading": 21, "fontName": BOLD}
    words = sheet.paragraph(_with_units(about.of_what), LEFT + width, below + 3, width=ROOM - width, **style)
    below = max(below + 19, words + 2)
    told = _("Fait le %(day)s.") % {"day": about.day}
    if about.open_at:
        told += " " + _("Ouvert %(moment)s.") % {"moment": about.open_at}
    if about.proposed:
        told += " " + about.proposed
    below = sheet.paragraph(unbroken(told), LEFT, below, width=ROOM, size=10.5, textColor=SOFT) + 3
    draw_plan(sheet, findings, LEFT, below, width=ROOM, height=PLAN)
    below = _legend(sheet, findings, below + PLAN + 3.5)
    below = sheet.paragraph(about.credits, LEFT, below, width=ROOM, size=8, textColor=SOFT)
    end = _way_back(sheet, about, below + 5)
    return Front(picture=below, all=end)


def _together(words: str) -> str:
    """Keep words on one line."""
    return re.sub(r"\s", NO_BREAK, words)


def _with_units(words: str) -> str:
    """Keep a number and its unit on one line."""
    return unbroken(words.replace(NARROW_SPACE, NO_BREAK))


def _legend(sheet: Sheet, findings: Findings, y: float) -> float:
    """The classes of shares, gaps, and sites, in a line or two."""
    x, size = LEFT, 9
    told = [("share", colour, words) for colour, words in zip(SHARES, legend(), strict=True)]
    place = _("un lieu de la liste") if findings.named else _("le service")
    told += [("gap", GAP, _("zone trop loin")), ("site", SITE, place)]
    told += [("proposed", ACCENT, _("un lieu ajouté"))] if len(findings.proposed) else []
    for kind, colour, words in told:
        needed = 6 + sheet.widest_word(_together(words), size=size) + 3.4
        if x + needed > LEFT + ROOM + 4:
            x, y = LEFT, y + 6
        _swatch(sheet, kind, colour, x, y)
        sheet.text(words, x + 6, y + 3.4, size=size)
        x += needed
    return y + 7


def _swatch(sheet: Sheet, kind: str, colour, x: float, y: float) -> None:
    canvas = sheet.canvas
    canvas.setFillColor(colour)
    left, bottom = x * mm, (HEIGHT - y - 4) * mm
    if kind == "proposed":
        draw_letter(canvas, letter(0), left + 2 * mm, bottom + 2 * mm)
        return
    if kind == "site":
        canvas.circle(left + 2 * mm, bottom + 2 * mm, 1.1 * mm, stroke=0, fill=1)
        return
    canvas.setStrokeColor(colour if kind == "gap" else SOFT)
    canvas.setLineWidth(1 if kind == "gap" else 0.4)
    canvas.setDash(*((3, 2) if kind == "gap" else ()))
    canvas.setFillAlpha(0.14 if kind == "gap" else 1)
    canvas.roundRect(left, bottom, 4.6 * mm, 4 * mm, 0.8 * mm, stroke=1, fill=1)
    canvas.setFillAlpha(1)
    canvas.setDash()


def _way_back(sheet: Sheet, about: About, y: float) -> float:
    """The code that leads to the page, and its address as it is read."""
    sheet.line(LEFT, y, LEFT + ROOM, y)
    sheet.code(about.address, LEFT - 3, y + 1, side=CODE)
    beside, width = LEFT + CODE + 2, ROOM - CODE - 2
    below = sheet.paragraph(unbroken(about.way_back), beside, y + 5, width=width, size=11.5, fontName=BOLD)
    below = sheet.paragraph(about.address, beside, below + 1, width=width, size=9, textColor=SOFT, wordWrap="CJK")
    return max(below, y + CODE)


def _gained(document: Document, findings: Findings) -> None:
    """What the proposed sites change, as the page's table says it."""
    gained = gained_told(findings)
    if gained is None:
        return
    document.heading(_("Avec les lieux ajoutés"))
    heads = [_("Où"), _("Avant"), _("Après"), _("Logements gagnés")]
    heads += [_("Habitants gagnés, environ")] if gained["tells_people"] else []
    told = [
        [
            name,
            row["before"],
            row["after"],
            grouped(row["homes"]),
            DASH if row["people"] is None else grouped(row["people"]),
        ]
        for name, row in [
            *((row["name"] or str(_("Ailleurs")), row) for row in gained["rows"]),
            (str(_("Ensemble")), gained["whole"]),
        ]
    ]
    cells = [row[: len(heads)] for row in told]
    widths = [58, 24, 24, 32, 32] if gained["tells_people"] else [90, 24, 24, 32]
    document.table(heads, cells[:-1], widths, right=range(1, len(heads)), foot=cells[-1])
    document.gap(4)


def _table(document: Document, findings: Findings, rows: list) -> None:
    """What the page's table says, with the whole at its foot."""
    with_people = any(row.people for row in (*rows, findings.whole))
    heads = [_("Où"), _("Part"), _("Desservis"), _("Logements")]
    widths = [40, 16, 22, 23] if with_people else [58, 18, 27, 27]
    if with_people:
        heads.append(_("Habitants desservis, environ"))
        widths.append(28)
    heads += [_("Le plus proche"), _("Le troisième")]
    widths += [19, 22] if with_people else [18, 22]
    told = [_cells(row, str(_("Ailleurs")), with_people) for row in rows]
    foot = _cells(findings.whole, str(_("Ensemble")), with_people)
    document.table(heads, told, widths, right=range(1, len(heads)), foot=foot)


def _cells(row, nowhere: str, with_people: bool) -> list[str]:
    """One row as it is written."""
    cells = [
        ", ".join(str(area) for area in row.areas) or nowhere,
        percent(row.homes.percent),
        grouped(row.homes.served),
        grouped(row.homes.total),
    ]
    if with_people:
        cells.append(people_in_words(row.people))
    return [*cells, distance(row.nearest), distance(row.nth)]


def _gaps(document: Document, findings: Findings) -> None:
    document.heading(_("Zones trop loin"))
    if not findings.gaps:
        document.paragraph(_("Aucune zone de onze logements ou plus n’est trop loin."))
    nowhere = _("Loin de toute rue nommée")
    rows = [(", ".join(gap.streets) or nowhere, grouped(gap.homes)) for gap in findings.gaps[:MOST_GAPS]]
    if rows:
        document.table((_("Autour de"), _("Logements")), rows, (ROOM - 30, 30), right=(1,))
    rest = findings.gaps[MOST_GAPS:]
    document.gap(2)
    more = sum(gap.homes for gap in rest) + findings.scattered
    if more:
        words = (
            _("Et %(number)s logements dans des zones plus petites, ou isolés.")
            if rest
            else _("Et %(number)s logements isolés, qu’on ne dessine pas.")
        )
        document.paragraph(words % {"number": grouped(more)}, colour=INK)
    document.gap(3)


def _names(document: Document, findings: Findings) -> None:
    """The sites that were given, by their names."""
    names = [name for name in findings.site_names if name]
    if names:
        document.heading(findings.named)
        more = len(findings.site_names) - len(names[:MOST_NAMES])
        rest = (
            [ngettext("et %(number)s autre", "et %(number)s autres", more) % {"number": grouped(more)}] if more else []
        )
        document.paragraph(" · ".join([*names[:MOST_NAMES], *rest]))
        document.gap(3)
