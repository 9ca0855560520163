"""The closed list of reasons a program may give: each is one of the notice templates, some with a field set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils import translation

from directory.models import Mailing
from directory.notice_fields import Field, FieldKind
from directory.notice_templates import TEMPLATES, Template
from directory.notice_words import HAZARDS, SERVICES
from geo.errors import InvalidParameter

#: Languages in which a program is told what its notice will say.
LANGUAGES = ("fr", "en")
#: Kind of a field -> what its value is, as JSON Schema names formats.
FORMATS = {
    FieldKind.MOMENT: "date-time",
    FieldKind.PERIOD: "date-time",
    FieldKind.SINCE: "date-time",
    FieldKind.DAY: "date",
    FieldKind.DAYS: "date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a program writes: a template, and the fields that the reason itself says."""

    code: str
    template: Template
    preset: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is left to fill in."""
        return tuple(one for one in self.template.fields if one.name not in self.preset)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of what is left to fill in; a span of time has two."""
        return tuple(name for one in self.fields for name in one.parameters)


def _reason(code: str, template: str | None = None, **preset: str) -> Reason:
    return Reason(code=code, template=TEMPLATES[template or code], preset=preset)


_ALL = (
    _reason("water_cut"),
    *(_reason(f"{service}_outage", "outage", service=service) for service in SERVICES),
    _reason("lift"),
    _reason("works"),
    _reason("collection"),
    *(_reason(code, "safety", hazard=code) for code in HAZARDS if code != "other"),
    _reason("safety", hazard="other"),
)
#: Code -> reason, in the order in which they are listed.
REASONS: dict[str, Reason] = {reason.code: reason for reason in _ALL}


def reason_named(code: object) -> Reason:
    """Return a reason; raise `InvalidParameter` for a code that is none."""
    if not isinstance(code, str) or code not in REASONS:
        raise InvalidParameter("/reason", ", ".join(REASONS))
    return REASONS[code]


def reason_of(mailing: Mailing) -> str | None:
    """Return the code of a mailing's reason; nothing for what only the page can say: a meeting, its decisions."""
    for reason in _ALL:
        presets = reason.preset.items() <= mailing.fields.items()
        if reason.template.code == mailing.template and presets:
            return reason.code
    return None


def told_reasons() -> list[dict]:
    """Tell every reason with its fields, in each language."""
    return [
        {
            "code": reason.code,
            "title": in_each_language(lambda reason=reason: _title(reason)),
            "may_be_urgent": reason.template.may_be_urgent,
            "has_all_clear": reason.template.restored is not None,
            "fields": [told for one in reason.fields for told in _told_field(one)],
        }
        for reason in _ALL
    ]


def in_each_language(say) -> dict:
    """Say something in each language, whichever the program asked in."""
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = say()
    return said


def _title(reason: Reason) -> str:
    named = {"service": SERVICES, "hazard": HAZARDS}
    titles = [str(named[name][code]) for name, code in reason.preset.items() if code != "other"]
    return " : ".join([str(reason.template.title), *titles]) if titles else str(reason.template.title)


def _told_field(one: Field) -> Iterator[dict]:
    for name in one.parameters:
        told = {"name": name, "label": in_each_language(lambda: str(one.label)), "required": one.needs(name)}
        if one.kind in FORMATS:
            told["format"] = FORMATS[one.kind]
        elif one.choices:
            told["choices"] = [
                {"code": code, "label": in_each_language(lambda label=label: str(label))}
                for code, label in one.choices.items()
            ]
        else:
            told["longest"] = one.longest
        yield told
