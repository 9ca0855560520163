"""What was said as one viewer sees it: whose it is, why it is there, what was answered, for those it is meant for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.audience import is_member
from directory.exchanging import opens
from directory.kinds import KINDS, exchange_of, facts_of, page_of, renews
from directory.listing_kinds import BY_ORGANISATIONS
from directory.models import Answer, Exchange, Kind, Listing, ListingPhoto, Post
from directory.organisation_kinds import days_of, sign_of
from scopes.models import Level, Openness
from scopes.moments import calendar_day, moment
from scopes.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One thing that was said, in words: what a row of a space shows of it."""

    id: str
    url: str
    kind: str
    title: str
    text: str
    category: str
    #: Address of the category's pictogram.
    icon: str
    #: What its kind adds, in a few short words each: "je cherche".
    facts: list[str]
    #: First name and initial; empty for who is not among those it is addressed to.
    author: str
    #: Empty for what tells no day.
    when: str
    #: Why it is here, and who else reads it, in words.
    why: str
    readers: str
    is_open: bool
    #: Whether it reaches a little farther each day.
    spreads: bool
    mine: bool
    in_residence: bool
    #: How many answers those it is addressed to read; nothing is told to others.
    answers: int
    demonstration: bool
    #: Address of its first photo in small; empty where it has none.
    photo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost(Shown):
    """One word, as its own page shows it."""

    answers_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPhoto:
    """One photo of something shared."""

    id: str
    url: str
    small: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExchange(Shown):
    """One exchange, as its own page shows it."""

    photos: list[ShownPhoto]
    #: The last day it is shown, in words, empty where none is told; whether it is over, or nobody reads it yet.
    until: str
    is_over: bool
    is_to_come: bool
    renews: bool
    #: Whether its author may open it to everyone.
    opens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """One answer in words."""

    id: str
    text: str
    author: str
    when: str
    mine: bool
    of_the_author: bool


def shown_together(said: Collection[Listing], viewer: Viewer) -> list[Shown]:
    """Put several things that were said in words, each with the number of its answers."""
    readable = Answer.objects.standing().seen_by(viewer, is_member=True).filter(listing__in=said)
    numbers = dict(readable.order_by().values_list("listing").annotate(Count("pk")))
    first = ListingPhoto.objects.filter(listing__in=said).order_by("listing", "pk").distinct("listing")
    photos = dict(first.values_list("listing", "public_id"))
    return [Shown(**_common(one, viewer, answers=numbers.get(one.pk, 0), photo=photos.get(one.pk))) for one in said]


def shown(post: Post, viewer: Viewer) -> ShownPost:
    """Put a post that the viewer may see in words."""
    return ShownPost(**_common(post, viewer), answers_closed=post.answers_closed_at is not None)


def shown_exchange(exchange: Exchange, viewer: Viewer) -> ShownExchange:
    """Put an exchange that the viewer may see in words."""
    zone = ZoneInfo(exchange.municipality.time_zone)
    now = timezone.now()
    told = exchange.closes_at and _tells_when(exchange, viewer)
    last = exchange.closes_at.astimezone(zone).date() if told else None
    return ShownExchange(
        **_common(exchange, viewer),
        photos=photos_of(exchange),
        until=calendar_day(last, today=now.astimezone(zone).date()) if last else "",
        is_over=exchange.closes_at is not None and exchange.closes_at <= now,
        is_to_come=exchange.opens_at is not None and exchange.opens_at > now,
        renews=renews(exchange_of(exchange)),
        opens=opens(exchange),
    )


def photos_of(shared: Listing) -> list[ShownPhoto]:
    """The photos of something shared, in their order."""
    return [
        ShownPhoto(
            id=str(name),
            url=reverse("exchange-photo", args=[name]),
            small=reverse("exchange-photo-small", args=[name]),
            width=width,
            height=height,
        )
        for name, width, height in shared.photos.values_list("public_id", "width", "height")
    ]


def _common(said: Listing, viewer: Viewer, *, answers: int = 0, photo: UUID | None = None) -> dict[str, Any]:
    """What is shown of everything that is said, whatever its kind."""
    member = is_member(viewer, said)
    return {
        "id": str(said.public_id),
        "url": page_of(said),
        "kind": said.kind,
        "title": said.title,
        "text": said.description,
        "category": said.category.name,
        "icon": static(f"maki/{said.category.icon}.svg"),
        "facts": _facts(said),
        "author": _by(said, is_member=member),
        "when": moment(said.published_at, time_zone=said.municipality.time_zone) if _tells_when(said, viewer) else "",
        "why": _why(getattr(said, "why", None)),
        "readers": readers(said),
        "is_open": said.openness == Openness.PUBLIC,
        "spreads": said.spreads,
        "mine": said.author_id in viewer.alias_ids,
        "in_residence": said.level == Level.RESIDENCE,
        "answers": answers if member else 0,
        "demonstration": said.demonstration,
        "photo": reverse("exchange-photo-small", args=[photo]) if photo else "",
    }


def _tells_when(said: Listing, viewer: Viewer) -> bool:
    """Whether a viewer reads when it was said: of what spreads, that would tell how far it has come."""
    if said.spreads and said.author_id not in viewer.alias_ids:
        return False
    return said.kind not in KINDS or KINDS[said.kind].tells_where_and_when


def _facts(said: Listing) -> list[str]:
    """What its kind adds; an offer says that it is one, and until when."""
    if said.kind == Kind.PROMOTION:
        return [said.category.name, days_of(said)]
    return facts_of(said) if said.kind in KINDS else []


def _by(said: Listing, *, is_member: bool) -> str:
    """Who says it: an organisation by its sign to everyone, a person to those it is addressed to."""
    if said.kind in BY_ORGANISATIONS:
        return sign_of(said)
    return str(said.author) if is_member and said.author_id else ""


def answers_under(post: Post, viewer: Viewer) -> list[ShownAnswer]:
    """The answers that the viewer may read, as the conversation went."""
    time_zone = post.municipality.time_zone
    given: Iterable[Answer] = post.answers.standing().seen_by(viewer, is_member=is_member(viewer, post))
    return [
        ShownAnswer(
            id=str(answer.public_id),
            text=answer.text,
            author=str(answer.author),
            when=moment(answer.written_at, time_zone=time_zone),
            mine=answer.author_id in viewer.alias_ids,
            of_the_author=answer.author_id == post.author_id,
        )
        for answer in given.select_related("author__account")
    ]


def readers(said: Listing) -> str:
    """Say who reads what was said, to who reads it."""
    if said.openness == Openness.PUBLIC:
        return _("ouvert à tout le monde")
    if said.spreads:
        return _("de proche en proche")
    return {
        Level.RESIDENCE: _("pour l’immeuble"),
        Level.VOISINAGE: _("pour le voisinage"),
        Level.NEIGHBOURHOOD: _("pour le quartier"),
        Level.MUNICIPALITY: _("pour la ville"),
        Level.CATCHMENT: _("pour les habitants alentour"),
    }[said.level]


def _why(rule: str | None) -> str:
    """Say why something is addressed to the reader (design.md, section 3, law 7)."""
    return {
        "residence": _("dans votre immeuble"),
        "voisinage": _("dans votre voisinage"),
        "neighbourhood": _("dans votre quartier"),
        "border": _("quartier voisin"),
        "municipality": _("dans votre ville"),
        "catchment": _("près de chez vous"),
    }.get(rule, "")
