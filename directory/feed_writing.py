"""Writes a public feed as programs read it: Atom (RFC 4287) with GeoRSS simple, GeoJSON (RFC 7946), iCalendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.conf import settings
from django.contrib.gis.feeds import GeoAtom1Feed
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from rest_framework.utils.encoders import JSONEncoder

from directory.api import ListingSerializer
from directory.calendar_files import calendar_named
from directory.follow_models import PublicFeed
from directory.followed import in_words
from directory.models import Event, Listing

#: What writes a feed: of the feed, its own address and what is in it.
Writer = Callable[[PublicFeed, str, Sequence[Listing]], str]
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def atom(feed: PublicFeed, address: str, listings: Sequence[Listing]) -> str:
    """Write a feed as Atom; its ids are random ones that stay. What has no public place has no point."""
    written = GeoAtom1Feed(
        title=_("%(what)s (Alentour)") % {"what": in_words(feed)},
        link=settings.SITE_URL + reverse("home"),
        description=_("Ce qui est public, le plus récent d’abord."),
        feed_url=address,
        feed_guid=feed.handle.urn,
        author_name="Alentour",
        language=feed.language,
    )
    for listing in listings:
        feature = listing.entry.feature["properties"]
        place = listing.location and (listing.location.x, listing.location.y)
        written.add_item(
            title=_legible(listing.title),
            link=settings.SITE_URL + feature["url"],
            description=_described(listing, feature["card"]),
            unique_id=listing.public_id.urn,
            pubdate=listing.published_at,
            updateddate=listing.published_at,
            categories=[listing.category.name],
            geometry=place,
        )
    return written.writeString("utf-8")


def geojson(feed: PublicFeed, address: str, listings: Sequence[Listing]) -> str:
    """Write a feed as a FeatureCollection, its features as `/api/listings/` has them."""
    collection = ListingSerializer(listings, many=True).data
    return JSONEncoder(ensure_ascii=False).encode({**collection, "title": in_words(feed)})


def calendar(feed: PublicFeed, address: str, listings: Sequence[Listing]) -> str:
    """Write the events of a feed as one calendar: those that are to come, with all their dates."""
    events = Event.objects.filter(pk__in=[listing.pk for listing in listings])
    told = events.select_related("category", "municipality").order_by("starts_at", "pk")
    return calendar_named(in_words(feed), told).decode()


def _described(listing: Listing, card: dict) -> str:
    """What a card says, as lines of HTML (RFC 4287, 3.1.1.2)."""
    lines = [
        _legible(listing.description),
        card.get("address", ""),
        card.get("municipality", ""),
        card.get("phone", ""),
    ]
    if listing.demonstration:
        lines.append(_("démonstration"))
    return format_html_join("<br>", "{}", ([line] for line in lines if line))


def _legible(text: str) -> str:
    """Leave out what XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets): open data may."""
    return _NO_XML.sub("", text)


#: Format -> its media type and what writes it.
WRITERS: dict[str, tuple[str, Writer]] = {
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "geojson": ("application/geo+json", geojson),
    "ics": ("text/calendar; charset=utf-8", calendar),
}
