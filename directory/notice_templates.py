"""Notices as templates: a few fields and a pictogram, said in the reader's language by the fields alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import notice_words as words
from directory.mailing_models import POLL
from directory.notice_fields import Field, FieldKind, Words, read
from directory.notice_words import Fields
from geo.errors import InvalidParameter

#: Any template's title, in any language; a heading is what stands before its date.
LONGEST_NOTICE_TITLE = 160
#: Décret n° 67-223 du 17 mars 1967, article 9: a meeting is convened 21 days before its day or more (docs/legal.md, 1).
MEETING_NOTICE = timedelta(days=21)
#: Décret n° 2015-1681 du 15 décembre 2015, article 2: decisions are displayed for a month (docs/legal.md, 3).
DECISIONS_SHOWN = timedelta(days=31)
#: What began without a known end closes after so long, unless it is said to be over.
OPEN_ENDED = timedelta(days=3)

DETAIL = Field("detail", gettext_lazy("Ce qu’il faut savoir (facultatif)"), FieldKind.PARAGRAPHS, False, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One kind of notice; the pictogram is a Maki icon."""

    code: str
    pictogram: str
    title: Words
    fields: tuple[Field, ...]
    #: What stands largest on its poster, when it is, and what is said below.
    heading: Callable[[Fields], str]
    when: Callable[[Fields], str]
    said: Callable[[Fields], list[str]]
    closes: Callable[[Fields], datetime]
    #: Its title, where it is not heading and moment.
    entitled: Callable[[Fields], str] | None = None
    #: Whether it may pass quiet hours.
    may_be_urgent: bool = False
    #: What is true again once it is over; nothing where nothing is restored.
    restored: Callable[[Fields], str] | None = None
    #: The law's own words that it must carry, in the law's language.
    law: str = ""
    #: How long the law wants it displayed at each entrance (`directory.display_clock`); nothing where it does not say.
    displayed: timedelta | None = None


def read_fields(
    template: Template | str, data: Mapping[str, object], *, now: datetime, time_zone: str = settings.TIME_ZONE
) -> dict[str, str]:
    """Return what is stored of a notice, fit for JSON; moments are ISO 8601 at the clock of `time_zone`.

    Raises `InvalidParameter` naming the field (`start` or `end` for a span) and saying what to do.
    """
    template = template_of(template) if isinstance(template, str) else template
    fields: dict[str, str] = {}
    for field in template.fields:
        fields |= read(field, data, now=now, time_zone=time_zone)
    here = now.astimezone(ZoneInfo(time_zone))
    if any(field.kind == FieldKind.DAYS for field in template.fields):
        fields["shown_until"] = _midnight_after(fields["end"], time_zone).isoformat()
    if template.code == "meeting":
        _check_notice(datetime.fromisoformat(fields["when"]).date(), here.date())
    if template.code == "decisions":
        _check_nobody_named(fields["decisions"])
        fields["shown_from"] = here.replace(microsecond=0).isoformat()
    return fields


def template_of(code: str) -> Template:
    """Return a template; raise `InvalidParameter` for a code that is none."""
    if code not in _KNOWN:
        raise InvalidParameter("template", _("Choisissez dans la liste."))
    return _KNOWN[code]


def title_of(code: str, fields: Fields) -> str:
    """Say a notice in at most `LONGEST_NOTICE_TITLE` characters: "Coupure d’eau, jeudi 3 déc. de 9 h à 12 h"."""
    if entitled := _KNOWN[code].entitled:
        return entitled(fields)
    told = {"heading": heading_of(code, fields), "when": when_of(code, fields)}
    return _("%(heading)s, %(when)s") % told


def heading_of(code: str, fields: Fields) -> str:
    """Say what it is: "Coupure d’eau"."""
    return _KNOWN[code].heading(fields)


def when_of(code: str, fields: Fields) -> str:
    """Say when it is: "jeudi 3 déc. de 9 h à 12 h"."""
    return _KNOWN[code].when(fields)


def sentences_of(code: str, fields: Fields) -> list[str]:
    """Say the rest, which is not in the title: what to do, and what the sender added."""
    return _KNOWN[code].said(fields)


def pictogram_of(code: str, fields: Fields) -> str:
    """Name the Maki icon of a notice: that of what is cut off, else its template's."""
    return words.SERVICE_PICTOGRAMS.get(fields.get("service", ""), _KNOWN[code].pictogram)


def closes_at(code: str, fields: Fields) -> datetime:
    """When it closes by itself."""
    return _KNOWN[code].closes(fields)


def restored_title(code: str, fields: Fields) -> str:
    """Say that it is over: "C’est rétabli : l’eau est revenue."; raise `InvalidParameter` where nothing is restored."""
    restored = _KNOWN[code].restored
    if restored is None:
        raise InvalidParameter("template", _("Il n’y a rien à rétablir."))
    return _("C’est rétabli : %(what)s") % {"what": restored(fields)}


def _check_notice(day: date, today: date) -> None:
    if day - today < MEETING_NOTICE:
        earliest = words.day_in_words(today + MEETING_NOTICE)
        message = _("Une assemblée s’annonce 21 jours avant : le %(day)s au plus tôt.")
        raise InvalidParameter("when", message % {"day": earliest})


#: Someone called by a title, or known by the number of their lot or flat.
_NAMED = re.compile(
    r"\b(?:MM?\.|Mmes?|Mlles?|Monsieur|Messieurs|Madame|Mesdames|Mademoiselle|Me|Mr|Mrs|Ms)\s+(?-i:[A-ZÀ-Þ])"
    r"|\b(?:lots?|appartements?|appts?|apts?)\s*(?:n\s*[°ºo]\s*)?\d",
    re.IGNORECASE,
)


def _check_nobody_named(decisions: str) -> None:
    if named := _NAMED.search(decisions):
        message = _("« %(words)s » dirait de qui il s’agit : les décisions s’affichent sans nom ni numéro de lot.")
        raise InvalidParameter("decisions", message % {"words": named.group().strip()})


def _at_end(fields: Fields) -> datetime:
    if "end" in fields:
        return datetime.fromisoformat(fields["end"])
    return datetime.fromisoformat(fields["start"]) + OPEN_ENDED


def _after_last_day(fields: Fields) -> datetime:
    if told := fields.get("shown_until"):
        return datetime.fromisoformat(told)
    # Written before the clock of the town was noted.
    return _midnight_after(fields["end"], settings.TIME_ZONE)


def _midnight_after(day: str, time_zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), tzinfo=ZoneInfo(time_zone))


def _after(hours: int) -> Callable[[Fields], datetime]:
    return lambda fields: datetime.fromisoformat(fields["when"]) + timedelta(hours=hours)


def _after_a_month(fields: Fields) -> datetime:
    return datetime.fromisoformat(fields["shown_from"]) + DECISIONS_SHOWN


def _span(kind: FieldKind) -> Field:
    return Field("period", gettext_lazy("Quand"), kind)


_ALL = (
    Template(
        code="water_cut",
        pictogram="water",
        title=gettext_lazy("Coupure d’eau"),
        fields=(_span(FieldKind.PERIOD), DETAIL),
        heading=lambda fields: _("Coupure d’eau"),
        when=words.period,
        said=words.water_cut,
        closes=_at_end,
        may_be_urgent=True,
        restored=lambda fields: _("l’eau est revenue"),
    ),
    Template(
        code="outage",
        pictogram="charging-station",
        title=gettext_lazy("Panne ou coupure"),
        fields=(
            Field("service", gettext_lazy("Qu’est-ce qui manque ?"), FieldKind.CHOICE, choices=words.SERVICES),
            _span(FieldKind.SINCE),
            DETAIL,
        ),
        heading=words.outage_heading,
        when=words.period,
        said=words.outage,
        closes=_at_end,
        may_be_urgent=True,
        restored=words.outage_restored,
    ),
    Template(
        code="lift",
        pictogram="elevator",
        title=gettext_lazy("Ascenseur"),
        fields=(
            Field("which", gettext_lazy("Quel ascenseur, s’il y en a plusieurs"), FieldKind.TEXT, False, 40),
            _span(FieldKind.SINCE),
            DETAIL,
        ),
        heading=words.lift_heading,
        when=words.period,
        said=words.lift,
        closes=_at_end,
        may_be_urgent=True,
        restored=lambda fields: _("l’ascenseur fonctionne"),
    ),
    Template(
        code="works",
        pictogram="construction",
        title=gettext_lazy("Travaux"),
        fields=(
            Field("what", gettext_lazy("Quels travaux ?"), FieldKind.TEXT, longest=60),
            Field("where", gettext_lazy("À quel endroit (facultatif)"), FieldKind.PLACE, False),
            _span(FieldKind.DAYS),
            DETAIL,
        ),
        heading=lambda fields: _("Travaux : %(what)s") % fields,
        when=words.days,
        said=words.works,
        closes=_after_last_day,
    ),
    Template(
        code="collection",
        pictogram="waste-basket",
        title=gettext_lazy("Collecte, encombrants"),
        fields=(
            Field("what", gettext_lazy("Que ramasse-t-on ?"), FieldKind.CHOICE, choices=words.COLLECTED),
            Field("when", gettext_lazy("Passage prévu"), FieldKind.MOMENT),
            Field("where", gettext_lazy("Où les déposer (facultatif)"), FieldKind.PLACE, False),
            DETAIL,
        ),
        heading=words.collection_heading,
        when=words.moment,
        said=words.collection,
        closes=_after(12),
    ),
    Template(
        code="meeting",
        pictogram="residential-community",
        title=gettext_lazy("Date d’assemblée générale"),
        fields=(
            Field("when", gettext_lazy("Jour et heure"), FieldKind.MOMENT),
            Field("where", gettext_lazy("Lieu de la réunion"), FieldKind.PLACE),
            DETAIL,
        ),
        heading=lambda fields: _("Assemblée générale des copropriétaires"),
        when=words.moment,
        said=words.meeting,
        closes=_after(4),
        law=words.ARTICLE_10,
    ),
    Template(
        code="decisions",
        pictogram="library",
        title=gettext_lazy("Décisions à faire connaître aux occupants"),
        fields=(
            Field("held_on", gettext_lazy("Jour de l’assemblée"), FieldKind.DAY),
            Field(
                "decisions",
                gettext_lazy("Décisions, une par ligne, sans nom ni numéro de lot"),
                FieldKind.PARAGRAPHS,
                longest=800,
                lines=12,
            ),
        ),
        heading=lambda fields: _("Décisions de l’assemblée générale"),
        when=words.held_on,
        said=words.decisions,
        closes=_after_a_month,
        displayed=DECISIONS_SHOWN,
    ),
    Template(
        code="safety",
        pictogram="caution",
        title=gettext_lazy("Sécurité"),
        fields=(
            Field("hazard", gettext_lazy("Quel danger ?"), FieldKind.CHOICE, choices=words.HAZARDS),
            Field("todo", gettext_lazy("Que faut-il faire ?"), FieldKind.PARAGRAPHS, longest=300),
            Field("where", gettext_lazy("À quel endroit (facultatif)"), FieldKind.PLACE, False),
            _span(FieldKind.SINCE),
        ),
        heading=words.safety_heading,
        when=words.period,
        said=words.safety,
        closes=_at_end,
        may_be_urgent=True,
        restored=lambda fields: _("le danger est passé"),
    ),
)
#: Code -> template, in the order of the screen.
TEMPLATES: dict[str, Template] = {template.code: template for template in _ALL}
#: What asks instead of telling: filled in, sent and read on pages of its own (`directory.asking_homes`).
ASKING = Template(
    code=POLL,
    pictogram="circle-stroked",
    title=gettext_lazy("Sondage"),
    fields=(),
    heading=lambda fields: fields["question"],
    when=words.poll_until,
    said=words.poll,
    closes=lambda fields: datetime.fromisoformat(fields["ends_at"]),
    entitled=lambda fields: fields["question"],
)
_KNOWN = {**TEMPLATES, POLL: ASKING}
