"""The kinds of what organisations say, and what is particular to each: from where, how often, how long.

Dates are days by the clock of the town; the moments are worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from directory.importing.cleaning import website as standard_website
from directory.models import Kind, Listing, News, Promotion
from directory.organisation_models import ByOrganisation
from geo.catchments import Catchment
from geo.errors import InvalidParameter
from geo.models import Neighbourhood
from geo.texts import one_line
from scopes.models import Organisation
from scopes.moments import calendar_day

NEWS_LIFETIME = timedelta(days=90)
#: Days of an offer, the first and the last among them; and how long before it may be written.
LONGEST_OFFER, AHEAD = 31, 60
LONGEST_CONDITIONS = 300
_OFFERS = settings.OFFERS_A_MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is filled in; days by the clock of the town."""

    title: str
    text: str
    #: How far (`directory.organisation_audiences`), and the quarter where that is one.
    to: str
    quarter: Neighbourhood | None = None
    shape: Catchment | None = None
    #: The page that it speaks from.
    place: Listing | None = None
    website: str = ""
    conditions: str = ""
    first: date | None = None
    last: date | None = None
    photos: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKind:
    """What is particular to one kind."""

    kind: Kind
    model: type[ByOrganisation]
    category: str
    #: On its pages: what several are, how one begins, and the limit in words.
    several: Promise
    begin: Promise
    limit: Promise
    #: What the pages are of that it may speak from.
    speaks_from: tuple[Kind, ...]
    #: Kinds of organisations that were admitted; empty where keeping such a page is enough.
    admitted: tuple[Organisation.Kind, ...]
    #: In one month by the calendar; of one organisation, or of each page where it is the page that speaks.
    most_a_month: int
    most_photos: int
    #: Its own columns and its time, checked; of what is changed, the row as it stands.
    columns: Callable[[Told, ZoneInfo, datetime, ByOrganisation | None], dict[str, Any]]


def checked_website(text: str) -> str:
    """The address of a site in its standard form, or none; raise `InvalidParameter` for one that does not open."""
    website = standard_website(text)
    if text.strip() and not website:
        raise InvalidParameter("website", _("Cette adresse ne s’ouvre pas : relisez-la."))
    return website


def _news(told: Told, zone: ZoneInfo, now: datetime, standing: ByOrganisation | None) -> dict[str, Any]:
    """An address that opens, and ninety days from when it was first told."""
    closes_at = standing.closes_at if standing else now + NEWS_LIFETIME
    return {"website": checked_website(told.website), "closes_at": closes_at}


def _days(told: Told, today: date, begins: date | None) -> tuple[date, date]:
    """The first and the last day of an offer, checked; `begins` where it stands already."""
    first, last = told.first, told.last
    if first is None:
        raise InvalidParameter("first", _("Dites à partir de quel jour."))
    if last is None:
        raise InvalidParameter("last", _("Dites jusqu’à quel jour."))
    _check_first(first, today, begins)
    if last < first:
        raise InvalidParameter("last", _("Le dernier jour vient avant le premier."))
    if last < today:
        raise InvalidParameter("last", _("Ce jour est passé."))
    if last - first >= timedelta(days=LONGEST_OFFER):
        raise InvalidParameter("last", _("Trente et un jours au plus."))
    return first, last


def _check_first(first: date, today: date, begins: date | None) -> None:
    if begins and begins <= today:
        if first != begins:
            raise InvalidParameter("first", _("L’offre a commencé : son premier jour ne change plus."))
    elif first < today:
        raise InvalidParameter("first", _("Ce jour est passé."))
    elif first > today + timedelta(days=AHEAD):
        raise InvalidParameter("first", _("Deux mois à l’avance au plus."))


def _promotion(told: Told, zone: ZoneInfo, now: datetime, standing: ByOrganisation | None) -> dict[str, Any]:
    """From its first day to its last, which ends it; what has begun keeps its first day."""
    begins = standing.opens_at.astimezone(zone).date() if standing else None
    first, last = _days(told, now.astimezone(zone).date(), begins)
    conditions = told.conditions.strip()
    opens_at, closes_at = span_of(first, last, zone)
    return {
        "conditions": conditions and one_line(conditions, parameter="conditions", longest=LONGEST_CONDITIONS),
        "opens_at": opens_at,
        "closes_at": closes_at,
    }


def span_of(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of one day to the end of another, by the clock of a town."""
    return datetime.combine(first, time(), tzinfo=zone), datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)


NEWS = OrganisationKind(
    kind=Kind.NEWS,
    model=News,
    category="local_news",
    several=gettext_lazy("Nos actualités"),
    begin=gettext_lazy("Donner une nouvelle"),
    limit=gettext_lazy("Vingt par mois au plus, montrées quatre-vingt-dix jours."),
    speaks_from=(Kind.ASSOCIATION, Kind.PLACE),
    admitted=(Organisation.Kind.ASSOCIATION, Organisation.Kind.MUNICIPALITY),
    most_a_month=20,
    most_photos=1,
    columns=_news,
)
PROMOTION = OrganisationKind(
    kind=Kind.PROMOTION,
    model=Promotion,
    category="shop_offer",
    several=gettext_lazy("Nos offres"),
    begin=gettext_lazy("Faire une offre"),
    limit=format_lazy(
        ngettext_lazy("{most} offre par mois au plus.", "{most} offres par mois au plus, une à la fois.", _OFFERS),
        most=_OFFERS,
    ),
    speaks_from=(Kind.MERCHANT,),
    admitted=(),
    most_a_month=_OFFERS,
    most_photos=0,
    columns=_promotion,
)
ORGANISATION_KINDS = {kind.kind: kind for kind in (NEWS, PROMOTION)}


def own_row(listing: Listing) -> ByOrganisation:
    """Return what an organisation said, with the columns of its kind."""
    return listing if isinstance(listing, ByOrganisation) else getattr(listing, listing.kind)


def sign_of(listing: Listing) -> str:
    """Who says it, as the street knows them: the sign of the page that it speaks from, else the organisation's name."""
    place = own_row(listing).place
    return place.title if place else listing.organisation.name


def days_of(listing: Listing) -> str:
    """Until when an offer holds, in words: its last day; that it begins later, to who may read it already."""
    zone = ZoneInfo(listing.municipality.time_zone)
    last = (listing.closes_at - timedelta(seconds=1)).astimezone(zone)
    today = datetime.now(zone).date()
    if listing.opens_at and (first := listing.opens_at.astimezone(zone).date()) > today:
        days = {"first": calendar_day(first, today=today), "last": calendar_day(last.date(), today=today)}
        return _("du %(first)s au %(last)s") % days
    return _("jusqu’au %(last)s") % {"last": calendar_day(last.date(), today=today)}
