"""The sheet that attests what was told to whom and when: it says of itself that it is no legal notification."""

from __future__ import annotations

import json
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.audience_words import homes_in_words
from directory.display_models import Evidence
from scopes.moments import clock, full_day
from scopes.paper.document import LEFT, ROOM, Block, Document
from scopes.paper.drawing import SOFT, Sheet

CODE = 30
#: Millimetres of the columns of the table of entrances.
COLUMNS = (62, 54, 54)


def evidence_pdf(evidence: Evidence) -> bytes:
    """Return what was attested as a PDF, in French: it is shown to others."""
    with translation.override("fr"):
        return _document(evidence).pdf()


def _document(evidence: Evidence) -> Document:
    said = json.loads(evidence.content)
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('evidence', args=[evidence.digest])}"
    document = Document(_("Preuve d’information"), foot=f"{_('Empreinte')} {evidence.digest}")
    document.blocks.append(_head(address))
    document.paragraph(said["organisation"]["name"], size=13, bold=True)
    document.stressed(not_legal())
    document.facts(facts_of(said), label_width=36)
    document.heading(said["title"])
    for sentence in said["sentences"]:
        document.paragraph(sentence)
    if said["residences"]:
        document.heading(_("Affiches, entrée par entrée"))
    for residence in said["residences"]:
        document.paragraph(residence_in_words(residence), colour=SOFT)
        rows = [entrance_in_words(entrance) for entrance in residence["entrances"]]
        if rows:
            document.table((_("Entrée"), _("Posée"), _("Retirée")), rows, COLUMNS)
            document.gap(3)
    document.heading(_("Vérifier cette preuve"))
    document.paragraph(_("La page du code, en haut, redit cette preuve mot pour mot. Son empreinte SHA-256 :"))
    document.paragraph(evidence.digest, size=9.5)
    document.paragraph(address, size=9, colour=SOFT)
    return document


def _head(address: str) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(_("Preuve d’information"), LEFT, y + 12, size=24, bold=True)
        sheet.text(_("Ce qui a été dit, à qui, quand, et ce qui a été affiché"), LEFT, y + 20, size=11, colour=SOFT)
        sheet.code(address, LEFT + ROOM - CODE + 3, y - 4, side=CODE)

    return Block(CODE, draw)


def not_legal() -> str:
    """Say what the sheet is not (docs/legal.md, 4)."""
    return _(
        "Information : ce n’est pas une notification légale. Ce document ne remplace ni une lettre recommandée, ni la "
        "convocation d’une assemblée, ni la notification d’un procès-verbal. Il ne dit pas qui a lu."
    )


def facts_of(said: dict) -> list[tuple[str, str]]:
    """Return what was sent when, in words."""
    number, siret = len(said["residences"]), said["organisation"]["siret"]
    residences = ngettext("%(number)d immeuble", "%(number)d immeubles", number) % {"number": number}
    place = residences if number else said.get("place")
    whom = ", ".join(filter(None, [place, homes_in_words(said["homes"])]))
    told = [
        (_("Organisme"), said["organisation"]["kind"].capitalize() + (f", SIRET {siret}" if siret else "")),
        (_("Écrit le"), moment_in_words(said["written_at"])),
        (_("Lisible depuis le"), moment_in_words(said["sent_at"])),
        (_("Urgent"), _("oui, relu par une seconde personne") if said["second_reader"] else _("oui")),
        (_("Repris le"), moment_in_words(said["withdrawn_at"])),
        (_("« C’est rétabli » le"), moment_in_words(said["over_at"])),
        (_("À"), _("%(to)s, selon les données publiques") % {"to": whom}),
        (_("Preuve faite le"), moment_in_words(said["made_at"])),
    ]
    return [(label, words) for label, words in told if words and (label != _("Urgent") or said["urgent"])]


def residence_in_words(residence: dict) -> str:
    """Name a residence of the sheet by what is public of it."""
    homes = residence["homes"]
    number = homes and homes_in_words(homes, estimated=residence["estimated"])
    unknown = "" if residence["entrances"] else _("aucune entrée connue")
    return " · ".join(filter(None, [residence["name"], residence["town"], number, unknown]))


def entrance_in_words(entrance: dict) -> tuple[str, str, str]:
    """Return an entrance, when and by whom its sheet was put up, and taken down."""
    hung = _deed(entrance["hung_on"], entrance["hung_as"], entrance["hung_noted_at"]) or _("pas encore")
    return entrance["entrance"], hung, _deed(entrance["down_on"], entrance["down_as"], entrance["down_noted_at"])


def _deed(day: str, role: str, noted: str) -> str:
    if not day:
        return ""
    told = _("le %(day)s, par %(role)s") % {"day": day_in_words(day), "role": role}
    late = noted[:10] != day
    return f"{told} ({_('noté le %(day)s') % {'day': day_in_words(noted[:10])}})" if late else told


def day_in_words(day: str) -> str:
    """Write a day with its year, as paper is read years later."""
    return full_day(date.fromisoformat(day))


def moment_in_words(moment: str) -> str:
    """Write a moment with its year; nothing where there is none."""
    if not moment:
        return ""
    when = datetime.fromisoformat(moment)
    return _("%(day)s à %(hour)s") % {"day": full_day(when.date()), "hour": clock(when)}
