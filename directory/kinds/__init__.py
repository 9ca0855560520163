"""The kinds of exchanges between neighbours, one module each: what is particular to a kind is said there alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from directory.exchange_models import Exchange
from directory.kinds.carpool import CARPOOL
from directory.kinds.classified import CLASSIFIED
from directory.kinds.hello import HELLO
from directory.kinds.kind import ExchangeKind, Given
from directory.kinds.loan import LOAN
from directory.kinds.recommendation import RECOMMENDATION
from directory.kinds.service import SERVICE
from directory.models import Kind, Listing

__all__ = ["KINDS", "ExchangeKind", "exchange_of", "facts_of", "given_of", "kind_of", "page_of", "renews", "told_of"]

#: In the order in which they are chosen from.
KINDS: dict[str, ExchangeKind] = {
    kind.kind: kind for kind in (LOAN, SERVICE, CLASSIFIED, CARPOOL, RECOMMENDATION, HELLO)
}

_PAGES = {
    Kind.MERCHANT: "listing",
    Kind.PLACE: "listing",
    Kind.ASSOCIATION: "listing",
    Kind.POST: "post",
    Kind.NOTICE: "notice",
    Kind.POLL: "poll",
    Kind.EVENT: "event",
    Kind.NEWS: "news",
    Kind.PROMOTION: "promotion",
}


def kind_of(exchange: Listing) -> ExchangeKind:
    """What is particular to the kind of an exchange."""
    return KINDS[exchange.kind]


def exchange_of(listing: Listing) -> Exchange:
    """Return the exchange that a listing of such a kind is, with its own columns."""
    return listing if isinstance(listing, Exchange) else getattr(listing, listing.kind)


def told_of(listing: Listing) -> Mapping[str, object]:
    """Its own columns as the API tells them, what is empty left out."""
    exchange = exchange_of(listing)
    columns = {name: getattr(exchange, name) for name in kind_of(listing).schema}
    return json.loads(
        json.dumps({name: value for name, value in columns.items() if value not in ("", None)}, cls=DjangoJSONEncoder)
    )


def facts_of(listing: Listing) -> list[str]:
    """What a card says of an exchange in a few short words."""
    return kind_of(listing).facts(told_of(listing))


def given_of(listing: Listing) -> Given | None:
    """How a thing goes to whoever asked for it; nothing for what does not."""
    return kind_of(listing).given(told_of(listing))


def renews(exchange: Exchange) -> bool:
    """Whether its author may show it for as long again: not what is over by itself."""
    kind = kind_of(exchange)
    return kind.renews and kind.over_at(vars(exchange), exchange.municipality.time_zone) is None


def page_of(listing: Listing) -> str:
    """The address of the page of a listing of any kind."""
    return reverse(_PAGES.get(listing.kind, "exchange"), args=[listing.public_id])
