"""Anyone says of a public page what is wrong with it, or that it holds; it changes nothing by itself.

Who said it is stored nowhere: the same thing said twice in a day is said once, whoever says it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Kind, Listing, Remark
from directory.remark_models import LONGEST_REMARK
from geo.errors import InvalidParameter, NotFound
from geo.locks import Lock
from geo.texts import one_line
from scopes.models import Openness
from scopes.moments import today_at
from scopes.viewer import Viewer

_SAID = Remark.What
#: Of each kind of page, what may be said of it; that it holds comes first.
ASKED = {
    Kind.MERCHANT: (_SAID.OPEN, _SAID.CLOSED, _SAID.HOURS, _SAID.ADDRESS, _SAID.NAME, _SAID.CONTACT),
    Kind.PLACE: (_SAID.OPEN, _SAID.CLOSED, _SAID.HOURS, _SAID.ADDRESS, _SAID.NAME, _SAID.CONTACT),
    Kind.ASSOCIATION: (_SAID.ACTIVE, _SAID.DISSOLVED, _SAID.NAME, _SAID.ADDRESS, _SAID.HOURS, _SAID.CONTACT),
    Kind.EVENT: (_SAID.CANCELLED, _SAID.DATES, _SAID.PLACE, _SAID.NAME),
}
#: Wordings of one thing on one day: no junk keeps another thing or another day from being said. Without words it always
#: enters, once a day.
MOST_WORDINGS = 5
#: Remarks of one page that are read together.
MOST_TOLD = 30
_ONE_WORDING = Lock("wordings of a remark")
#: What nobody settled in so long says nothing of today.
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Remarked:
    """What was said of a page, for who keeps it."""

    what: str
    words: str
    #: The last day on which it was said, and on how many.
    day: date
    days: int


def remarkable(viewer: Viewer, public_id: UUID) -> Listing:
    """Return a page of which something may be said; raise `NotFound` for what is not public, or is none."""
    shown = Listing.objects.live().visible_to(viewer).filter(openness=Openness.PUBLIC, entry__isnull=False)
    found = (
        shown.filter(public_id=public_id, kind__in=ASKED).select_related("category", "municipality", "entry").first()
    )
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def remark(*, listing: Listing, what: str, words: str = "") -> None:
    """Say something of a page that one sees; said twice, said once.

    Raises `InvalidParameter` for what is not in the list of its kind, and for words that are too long.
    """
    if what not in ASKED[listing.kind]:
        raise InvalidParameter("what", _("Choisissez dans la liste."))
    words = one_line(words, parameter="words", shortest=0, longest=LONGEST_REMARK)
    same = {"listing": listing, "what": what, "said_on": today_at(listing.municipality.time_zone)}
    if words:
        _ONE_WORDING.hold(str(listing.pk))
        if Remark.objects.filter(**same).exclude(words="").count() >= MOST_WORDINGS:
            return
    Remark.objects.bulk_create([Remark(**same, words=words)], ignore_conflicts=True)


def remarks_on(listings: Collection[Listing]) -> dict[int, list[Remarked]]:
    """Return what was said of these pages, by number, what was said in the same words together.

    What was said without words comes first, then the latest; of a page `MOST_TOLD` at most.
    """
    found = Remark.objects.filter(listing__in=listings).order_by("listing", "what", "words", "-said_on")
    told: dict[int, list[Remarked]] = {}
    for _same, alike in groupby(found, key=attrgetter("listing_id", "what", "words")):
        first, *before = alike
        one = Remarked(first.get_what_display(), first.words, first.said_on, 1 + len(before))
        told.setdefault(first.listing_id, []).append(one)
    return {
        page: sorted(said, key=lambda one: (bool(one.words), -one.day.toordinal()))[:MOST_TOLD]
        for page, said in told.items()
    }


def settle_remarks(listing: Listing) -> None:
    """Forget what was said of a page: who keeps it has looked."""
    Remark.objects.filter(listing=listing).delete()


def forget_old_remarks() -> int:
    """Forget what nobody settled in half a year; return how many."""
    return Remark.objects.filter(said_on__lt=timezone.localdate() - KEPT).delete()[0]
