"""Posts a word between neighbours, changes it, opens it, closes its answers, and takes it back.

What is said in any other form (`directory.exchanging`) goes through `say` too: held, once, not too often. What is in
the space of a residence carries the residence and nothing else that could place it; everything else carries its
author's public cell, and no home. The residence must be opened (`scopes.second_lock`), as it is for a request.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.categories import tree
from directory.errors import NotProved, TooMany
from directory.models import Category, Kind, Listing, Post
from directory.publishing import refresh_entries
from directory.saying_once import free
from geo.catchments import Catchment
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from geo.texts import one_line, paragraphs
from scopes.models import Level, Membership, Openness
from scopes.viewer import Home, Viewer

#: A button pressed twice posts once: the same words from the same person, within so long, are one post.
PRESSED_TWICE = timedelta(minutes=10)
MOST_A_DAY = 20

#: What is said: a word, or an exchange of some kind.
Said = TypeVar("Said", bound=Listing)


def heard_at(home: Home, level: str) -> Level:
    """Return the circle that is meant: the voisinage where the town has no quarters (design.md, section 3, law 1)."""
    if level == Level.NEIGHBOURHOOD and home.neighbourhood_id is None:
        return Level.VOISINAGE
    return Level(level)


@transaction.atomic
def post(
    *,
    home: Home,
    category: str,
    title: str,
    text: str,
    level: str,
    openness: str = Openness.MEMBERS,
    catchment: Catchment | None = None,
) -> Post:
    """Post a word to a circle of one's home, or to the zone that `Level.CATCHMENT` needs; return it.

    It is for the members unless `openness` opens it to everyone.

    Raises `NotProved` when the home is no longer the author's, `InvalidParameter` naming what is not valid, `TooMany`.
    """
    level = level_of(home, level, catchment)
    if level == Level.RESIDENCE and openness != Openness.MEMBERS:
        raise InvalidParameter("openness", _("Ce qui est dit dans l’immeuble reste dans l’immeuble."))
    return say(
        Post,
        home=home,
        kind=Kind.POST,
        category=_category(category),
        title=one_line(title, parameter="title"),
        description=paragraphs(text, parameter="text"),
        level=level,
        catchment=catchment and catchment.area,
        openness=openness,
    )


@transaction.atomic
def say(
    model: type[Said],
    *,
    home: Home,
    kind: Kind,
    level: Level,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    **columns: object,
) -> Said:
    """Keep what someone says from a home, in columns that were checked; the same said again at once is the same.

    What others read later only, from `opens_at` on, is published then: nothing tells on which day it was written. Until
    then the same words are the same, however long ago they were sent.

    Raises `NotProved` when the home is no longer the author's, `TooMany` for more than a day bears.
    """
    hold(home)
    now = timezone.now()
    pressed = model.objects.filter(author=home.alias_id, withdrawn_at=None, published_at__gt=now - PRESSED_TWICE)
    if same := pressed.filter(level=level, **columns).first():
        return same
    today = Listing.objects.said().filter(author=home.alias_id, published_at__gt=now - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise TooMany
    moments = {"opens_at": opens_at, "closes_at": closes_at}
    said = model.objects.create(**columns, **moments, kind=kind, level=level, **place_of(home, level))
    if opens_at:
        said.published_at = opens_at
        said.save(update_fields=["published_at"])
    refresh_entries([said.pk])
    return said


def own(viewer: Viewer, public_id: UUID) -> Post:
    """Find a post that stands and is the viewer's; raise `NotFound` for anything else, whatever it is."""
    post = Post.objects.live().filter(author__in=viewer.alias_ids, public_id=public_id).first()
    if post is None:
        raise NotFound
    return post


@transaction.atomic
def reword(*, viewer: Viewer, public_id: UUID, title: str, text: str) -> Post:
    """Change the words of one's post."""
    post = own(viewer, public_id)
    post.title = one_line(title, parameter="title")
    post.description = paragraphs(text, parameter="text")
    post.save(update_fields=["title", "description"])
    refresh_entries([post.pk])
    return post


@transaction.atomic
def open_to(*, viewer: Viewer, public_id: UUID, openness: str) -> Post:
    """Open one's post to everyone, without a name, or keep it for the members again; never one of a residence."""
    post = own(viewer, public_id)
    if post.level == Level.RESIDENCE or openness not in Openness.values:
        raise InvalidParameter("openness", _("Ce qui est dit dans l’immeuble reste dans l’immeuble."))
    post.openness = openness
    post.save(update_fields=["openness"])
    refresh_entries([post.pk])
    return post


@transaction.atomic
def close_answers(*, viewer: Viewer, public_id: UUID, closed: bool = True) -> Post:
    """Take no more answers under one's post; those that were given stay. Or take them again."""
    post = own(viewer, public_id)
    post.answers_closed_at = timezone.now() if closed else None
    post.save(update_fields=["answers_closed_at"])
    return post


@transaction.atomic
def withdraw(*, viewer: Viewer, public_id: UUID) -> Post:
    """Take one's post back, with the answers under it."""
    return take_back(own(viewer, public_id))


def take_back(said: Said) -> Said:
    """Take back what was said, for good; the caller found it among what its author said."""
    said.withdrawn_at = timezone.now()
    said.save(update_fields=["withdrawn_at"])
    free([said.pk])
    refresh_entries([said.pk])
    return said


@transaction.atomic
def take_all_back(listings: Collection[int]) -> None:
    """Take back many at once, as one is, in a few statements however many they are; the caller found them."""
    Listing.objects.filter(pk__in=listings).update(withdrawn_at=timezone.now())
    free(listings)
    refresh_entries(listings)


def _category(code: str) -> Category:
    node = tree().get(code)
    if node is None or node.kind != Kind.POST or node.code == Kind.POST:
        raise InvalidParameter("category", _("Un mot, une question, perdu ou trouvé."))
    return Category.objects.get(code=code)


def level_of(home: Home, level: str, catchment: Catchment | None) -> Level:
    """Return the circle or zone that is meant, from a home; raise `InvalidParameter` or `NotProved`."""
    if level not in Level.values or (level == Level.CATCHMENT) is not (catchment is not None):
        raise InvalidParameter("level", _("Choisissez jusqu’où : immeuble, voisinage, quartier, ville ou une zone."))
    if level == Level.RESIDENCE and not home.lives_there:
        raise NotProved
    return heard_at(home, level)


def hold(home: Home) -> None:
    """Keep the author in the home until this is done: who is leaving at this very moment posts before or not at all."""
    if not Membership.objects.current().select_for_update().filter(pk=home.membership_id).exists():
        raise NotProved


def place_of(home: Home, level: Level) -> dict[str, object]:
    """Return the columns that say whose the post is and where others see it."""
    town = Municipality.objects.only("insee_code", "department").get(pk=home.municipality_id)
    columns = {
        "author_id": home.alias_id,
        "municipality": town,
        "insee_code": town.insee_code,
        "department": town.department,
    }
    if level == Level.RESIDENCE:
        return columns | {"residence_id": home.residence_id, "space_id": home.residence_id}
    return columns | {"cell_id": home.cell_id, "neighbourhood_id": home.neighbourhood_id}
