"""Results as people read them: one card for each item of an answer, the same for list, map and print."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.categories import tree
from directory.event_words import next_dates
from directory.kinds import KINDS
from directory.models import Kind, Listing
from directory.notices import ShownNotice, notices_called
from directory.polls import askers_of
from directory.remarking import ASKED
from directory.search import Item, SearchAnswer
from directory.telephones import Phone, phone
from directory.within import Level
from maps.browser_files import pictograms
from maps.doors import Door, door
from maps.layers import collection, feature
from maps.wording import about, metres, reason
from scopes.models import Openness
from scopes.moments import month_and_year

USUAL_PICTOGRAM = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One result in words."""

    id: str
    kind: str
    title: str
    url: str
    category: str
    #: What its kind adds, in a few short words each: "je cherche".
    facts: list[str]
    #: Address of the category's pictogram.
    icon: str
    #: "420 m"; empty for what has no public place.
    distance: str
    #: Why it is shown; for what a person said, how far about their public cell is ("à 500 m environ").
    why: str
    door: Door
    phone: Phone | None
    address: str
    demonstration: bool
    #: Short name of where it comes from, and the licence.
    source: tuple[str, str]
    point: tuple[float, float] | None
    #: The next date of an event, and whether it does not take place.
    when: str = ""
    cancelled: bool = False
    #: When who keeps it last said that it holds ("vérifié en novembre 2026"); whether anyone may say that it does not.
    checked: str = ""
    is_remarkable: bool = False
    #: The public cell of who said it, as a GeoJSON geometry: drawn as an area, never as a pin.
    area: dict | None


def cards(items: Iterable[Item]) -> list[Card]:
    """Put the items in words, in their order."""
    items = list(items)
    clocks = Listing.objects.filter(public_id__in=[item.id for item in items])
    clocks = {str(key): told for key, *told in clocks.values_list("public_id", *_CLOCK)}
    found = [_card(item, *clocks.get(item.id, ("", "Europe/Paris", ""))) for item in items]
    notices = notices_called(item.id for item in items if item.kind == Kind.NOTICE)
    asked = askers_of(item.id for item in items if item.kind == Kind.POLL)
    dates = next_dates([item.id for item in items if item.kind == Kind.EVENT])
    found = [replace(card, when=dates[card.id]) if card.id in dates else card for card in found]
    found = [_of_a_notice(card, notices[card.id]) if card.id in notices else card for card in found]
    return [_of_an_organisation(card, *asked[card.id]) if card.id in asked else card for card in found]


def _of_a_notice(card: Card, notice: ShownNotice) -> Card:
    """Say who tells it instead of its category, and for where instead of how far: its point means nothing."""
    why = " · ".join(filter(None, [notice.where, _("urgent") if notice.urgent else ""]))
    return _of_an_organisation(replace(card, title=notice.title, icon=notice.icon), notice.sender, why)


def _of_an_organisation(card: Card, sender: str, why: str) -> Card:
    return replace(card, category=sender, distance="", why=why)


_CLOCK = ("department", "municipality__time_zone", "openness")


def _card(item: Item, department: str, time_zone: str, openness: str) -> Card:
    return Card(
        id=item.id,
        kind=item.kind,
        title=item.title,
        url=item.url,
        category=category_name(item.category),
        facts=KINDS[item.kind].facts(item.card) if item.kind in KINDS and item.card else [],
        icon=pictogram(icon_of(item.category)),
        distance=metres(item.distance) if item.point and item.distance is not None else "",
        why=_why(item),
        door=door(item.card, department=department, time_zone=time_zone, point=item.point),
        phone=phone(item.card.get("phone", "")),
        address=item.card.get("address", ""),
        demonstration=item.card.get("demonstration", False),
        source=(item.card.get("source", ""), item.card.get("licence", "")),
        point=item.point,
        cancelled=item.card.get("cancelled", False),
        checked=checked(item.card),
        is_remarkable=item.kind in ASKED and openness == Openness.PUBLIC,
        area=item.area,
    )


def _why(item: Item) -> str:
    """Say why; of what a person said, also how far about it is."""
    placed = item.distance is not None
    words = [about(item.distance)] if placed and item.area else []
    return " · ".join(filter(None, [*words, reason(item.why, placed=placed)]))


def checked(card: dict) -> str:
    """Say in which month who keeps a page last said that it holds; empty where nobody did."""
    if "checked" not in card:
        return ""
    return _("vérifié en %(month)s") % {"month": month_and_year(date.fromisoformat(f"{card['checked']}-01"))}


def category_name(code: str) -> str:
    """Name of the category in the reader's language."""
    node = tree().get(code)  # one that left the file is known by its code
    return node.name if node else code


def icon_of(code: str) -> str:
    """Name of a category's pictogram."""
    node = tree().get(code)
    return node.icon if node else ""


def pictogram(name: str) -> str:
    """Address of a pictogram; a disc where the set has none of that name."""
    return static(f"maki/{name if name in pictograms() else USUAL_PICTOGRAM}.svg")


def summary(answer: SearchAnswer, shown: list[Card]) -> str:
    """Say how many results there are, and in which circle."""
    number = len(shown)
    circles = {
        Level.RESIDENCE: _("dans l’immeuble"),
        Level.VOISINAGE: _("dans le voisinage"),
        Level.NEIGHBOURHOOD: _("dans le quartier %(name)s"),
        Level.MUNICIPALITY: _("à %(name)s"),
        Level.DISTANCE: _("à moins de %(metres)s"),
        Level.WALK: _("à moins de %(minutes)d min à pied"),
    }
    reach = metres(answer.request.within.radius.m) if answer.request.within.radius else ""
    minutes = (answer.request.within.walk or timedelta()) // timedelta(minutes=1)
    told = {"name": answer.circle.name, "metres": reach, "minutes": minutes}
    circle = circles.get(answer.circle.level, "") % told
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
    """The cards as features of the map, in their order: a pin where there is a public place, an area where people live.

    What was said from one public cell shares one area, rides that begin at one place one pin: `ids` names all of it.
    """
    together: dict[str, list[Card]] = {}
    for card in shown:
        if card.point or card.area:
            shared = card.area or (card.point if card.kind == Kind.CARPOOL else None)
            together.setdefault(json.dumps(shared) if shared else card.id, []).append(card)
    return collection(_feature(cards) for cards in together.values())


def _feature(cards: list[Card]) -> dict:
    first = cards[0]
    properties = {
        "id": first.id,
        "ids": [card.id for card in cards],
        "kind": first.kind,
        "icon": first.icon,
        "title": first.title,
        "category": first.category,
        "why": " · ".join(filter(None, (first.distance, first.why))),
    }
    if len(cards) > 1:
        together = _("%(number)d annonces d’ici") % {"number": len(cards)}
        properties |= {"title": " · ".join(card.title for card in cards), "category": together}
    return feature(first.area or {"type": "Point", "coordinates": list(first.point)}, properties)
