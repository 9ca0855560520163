"""Feeds of public things at a random address: made without account, ended by whoever made them, forgotten unread.

Whoever reads one is answered as a passer-by is. What people open to everyone is not in it: they can take it back, and a
program that copied it would not (privacy.md, 3.6).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from directory.follow_models import Followed, PublicFeed
from directory.followed import found_by
from directory.models import Kind, Listing
from directory.querysets import ListingQuerySet
from geo.errors import NotFound
from scopes.viewer import ANONYMOUS

#: Crockford's base 32 in small letters, as for the keys of programs; 160 bits.
ALPHABET, SIGNS = "0123456789abcdefghjkmnpqrstvwxyz", 32
MOST_ENTRIES = 100
#: Whoever says them, in the demonstration too.
BETWEEN_NEIGHBOURS = (Kind.SERVICE, Kind.CLASSIFIED, Kind.POST)
#: That it is read is noted so rarely, and it is forgotten so long afterwards.
NOTED, FORGOTTEN = timedelta(days=30), timedelta(days=365)


def make_feed(
    *, place: Mapping[str, object], what: Mapping[str, object], language: str = ""
) -> tuple[str, str, PublicFeed]:
    """Make a feed of a place (`directory.followed`) and of kinds, categories and text.

    Returns the random part of its address and that of the one that ends it, which are kept nowhere, and the feed.
    """
    token, stop = _random(), _random()
    feed = PublicFeed.objects.create(
        **place, **what, digest=digest_of(token), stop_digest=digest_of(stop), language=language or get_language()
    )
    return token, stop, feed


def feed_of(token: str) -> PublicFeed:
    """Return the feed at an address; raise `NotFound` for one that never was, and for one that was ended."""
    told = PublicFeed.objects.select_related("municipality", "neighbourhood__municipality")
    feed = told.filter(digest=digest_of(token)).first()
    if feed is None:
        raise NotFound
    today = timezone.localdate()
    if feed.read_on < today - NOTED:
        PublicFeed.objects.filter(pk=feed.pk).update(read_on=today)
    return feed


def public_in(followed: Followed) -> ListingQuerySet:
    """Return what is public there, newest first by first publication; what a person opened stays on the site."""
    public = Listing.objects.live().visible_to(ANONYMOUS).filter(author=None).exclude(kind__in=BETWEEN_NEIGHBOURS)
    newest = found_by(followed, public).order_by("-published_at", "-pk")
    return newest.select_related("entry", "category", "municipality")


def newest_in(feed: PublicFeed) -> ListingQuerySet:
    """Return what a feed tells."""
    return public_in(feed)[:MOST_ENTRIES]


def newest_events_in(feed: PublicFeed) -> ListingQuerySet:
    """Return the events that a feed tells: shops that are newer push none of them out of a calendar."""
    return public_in(feed).filter(kind=Kind.EVENT)[:MOST_ENTRIES]


def end_feed(stop: str) -> None:
    """End the feed that this ends: its address is unknown from now on; an unknown one changes nothing."""
    PublicFeed.objects.filter(stop_digest=digest_of(stop)).delete()


def forget_unread_feeds() -> None:
    """Forget feeds that nobody has read for a year."""
    PublicFeed.objects.filter(read_on__lt=timezone.localdate() - FORGOTTEN - NOTED).delete()


def digest_of(token: str) -> str:
    """Return the keyed hash that the random part of an address is kept as."""
    return salted_hmac("directory.public_feeds", token, algorithm="sha256").hexdigest()


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
