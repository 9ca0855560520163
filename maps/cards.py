"""Results as people read them: one card for each item of an answer, the same for list, map and print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
from django.templatetags.static import static
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory.models import Listing
from directory.search import Item, SearchAnswer
from directory.within import Level
from maps.browser_files import pictograms
from maps.doors import Door, door
from maps.layers import collection, feature
from maps.wording import metres, reason

USUAL_PICTOGRAM = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone number as it is dialled and as it is read."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One result in words."""

    id: str
    kind: str
    title: str
    url: str
    category: str
    #: Address of the category's pictogram.
    icon: str
    #: "420 m"; empty for what has no public place.
    distance: str
    why: str
    door: Door
    phone: Phone | None
    address: str
    demonstration: bool
    #: Short name of where it comes from, and the licence.
    source: tuple[str, str]
    point: tuple[float, float] | None


def cards(items: Iterable[Item]) -> list[Card]:
    """Put the items in words, in their order."""
    items = list(items)
    clocks = Listing.objects.filter(public_id__in=[item.id for item in items])
    clocks = {str(key): (code, zone) for key, code, zone in clocks.values_list("public_id", *_CLOCK)}
    return [_card(item, *clocks.get(item.id, ("", "Europe/Paris"))) for item in items]


_CLOCK = ("department", "municipality__time_zone")


def _card(item: Item, department: str, time_zone: str) -> Card:
    return Card(
        id=item.id,
        kind=item.kind,
        title=item.title,
        url=item.url,
        category=category_name(item.card, item.category),
        icon=pictogram(item.card.get("category", {}).get("icon", "")),
        distance=metres(item.distance) if item.distance is not None else "",
        why=reason(item.why, placed=item.distance is not None),
        door=door(item.card, department=department, time_zone=time_zone, point=item.point),
        phone=phone(item.card.get("phone", "")),
        address=item.card.get("address", ""),
        demonstration=item.card.get("demonstration", False),
        source=(item.card.get("source", ""), item.card.get("licence", "")),
        point=item.point,
    )


def category_name(card: dict, code: str) -> str:
    """Name of the category in the reader's language; for services, who looks for whom."""
    names = card.get("category", {})
    name = names.get("en" if get_language() == "en" else "fr", code)
    directions = {"offer": _("je propose"), "request": _("je cherche")}
    return f"{name}, {directions[card['direction']]}" if "direction" in card else name


def pictogram(name: str) -> str:
    """Address of a pictogram; a disc where the set has none of that name."""
    return static(f"maki/{name if name in pictograms() else USUAL_PICTOGRAM}.svg")


def phone(number: str) -> Phone | None:
    """Write a number the way its country does; a short number stays as it is dialled."""
    if not number:
        return None
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return Phone(href=number, text=number)
    if not number.startswith("+"):
        return Phone(href=number, text=number)
    abroad = parsed.country_code != 33
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL if abroad else phonenumbers.PhoneNumberFormat.NATIONAL
    return Phone(href=number, text=phonenumbers.format_number(parsed, style))


def summary(answer: SearchAnswer, shown: list[Card]) -> str:
    """Say how many results there are, and in which circle."""
    number = len(shown)
    circles = {
        Level.RESIDENCE: _("dans l’immeuble"),
        Level.VOISINAGE: _("dans le voisinage"),
        Level.NEIGHBOURHOOD: _("dans le quartier %(name)s"),
        Level.MUNICIPALITY: _("à %(name)s"),
        Level.DISTANCE: _("à moins de %(metres)s"),
    }
    reach = metres(answer.request.within.radius.m) if answer.request.within.radius else ""
    circle = circles.get(answer.circle.level, "") % {"name": answer.circle.name, "metres": reach}
    if answer.next:
        counted = _("Les %(number)d plus proches") % {"number": number}
    else:
        counted = (
            _("Aucun résultat")
            if not shown
            else ngettext("%(number)d résultat", "%(number)d résultats", number) % {"number": number}
        )
    return f"{counted} {circle}".strip()


def placed(shown: Iterable[Card]) -> dict:
    """The cards that have a public place, as features of the map: the same ids, in the same order."""
    return collection(
        feature(
            {"type": "Point", "coordinates": list(card.point)},
            {
                "id": card.id,
                "kind": card.kind,
                "icon": card.icon,
                "title": card.title,
                "category": card.category,
                "why": " · ".join(filter(None, (card.distance, card.why))),
            },
        )
        for card in shown
        if card.point
    )
