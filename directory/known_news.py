"""Finds the news that an entry of a feed was made, whatever identity the feed tells it under this time.

The programmes of some sites make a new one at each reading: an entry is known by its own page as well, or by its title
and its day, so that it is neither said again nor brought back once it was taken back or hidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit
from zoneinfo import ZoneInfo

from django.utils import timezone

from directory.models import SyncedCalendar, SyncedNews
from directory.organisation_kinds import NEWS_LIFETIME
from directory.words import plain

if TYPE_CHECKING:
    from directory.reading_news import NewsDraft


class KnownNews:
    """What was made of a feed so far, asked of entry by entry while it is read anew."""

    def __init__(self, calendar: SyncedCalendar, drafts: Collection[NewsDraft], zone: ZoneInfo):
        self.zone, self.told = zone, {one.key for one in drafts}
        self.pages = Counter(_page(one.website) for one in drafts)
        known = list(calendar.news.select_related("listing").order_by("-pk")) if calendar.kept_at else []
        self.by_key = {one.key: one for one in known}
        self.by_trait: dict[tuple, list[SyncedNews]] = defaultdict(list)
        # What does not stand first: where the same was said several times, no other brings it back.
        for one in sorted((one for one in known if _counts(one)), key=stands):
            said = one.listing
            for trait in self._traits(said.title, said.website, said.closes_at - NEWS_LIFETIME):
                self.by_trait[trait].append(one)

    def of(self, draft: NewsDraft) -> SyncedNews | None:
        """What an entry was made; of one under a new identity, this is its own from now on."""
        known = self.by_key.get(draft.key)
        if known is None:
            known = next((one for one in self._twins(draft) if one.key not in self.told), None)
            if known:
                known.key = draft.key
                known.save(update_fields=["key"])
        return known

    def is_kept_from(self, draft: NewsDraft) -> bool:
        """Whether the same, which the feed tells beside it, was taken back or hidden."""
        return any(not stands(one) for one in self._twins(draft))

    def _twins(self, draft: NewsDraft) -> Iterator[SyncedNews]:
        for trait in self._traits(draft.title, draft.website, draft.published):
            # A page that several entries lead to is that of none of them.
            if trait[0] != "page" or self.pages[trait[1]] == 1:
                yield from self.by_trait.get(trait, ())

    def _traits(self, title: str, website: str, published: datetime) -> Iterator[tuple]:
        page = _page(website)
        if page:
            yield "page", page
        yield "words", plain(title) or title, published.astimezone(self.zone).date()


def _page(website: str) -> str:
    """The page of an entry alone; none where it leads to the front page of its site."""
    address = urldefrag(website).url
    parts = urlsplit(address)
    return address.rstrip("/") if parts.path.strip("/") or parts.query else ""


def stands(one: SyncedNews) -> bool:
    """Whether what an entry was made was neither taken back nor hidden."""
    return one.listing.withdrawn_at is None and one.listing.hidden_at is None


def _counts(one: SyncedNews) -> bool:
    """Whether it speaks against saying it anew: it stands and is not over, or somebody did not want it."""
    return not stands(one) or one.listing.closes_at > timezone.now()
