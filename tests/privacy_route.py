"""A route as the privacy matrix asks it: whether listings are shown there, and the short words for its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from directory.models import Listing

#: Forms that an analysis of coverage is taken away in: data, and what is drawn, which takes its time.
DATA, DRAWN = ("csv", "zip", "geojson", "gpkg"), ("pdf", "png", "html")


@dataclass(frozen=True)
class Route:
    """How to ask one route: its address for a listing, its query, and whether listings are shown there."""

    pattern: str
    query: dict
    shows_listings: bool
    #: Whether the query is posted as a form; a page that only reads may be asked so.
    posts: bool = False
    #: Too dear to be asked every day.
    is_dear: bool = False

    def ask(self, client: Client, public_id: object) -> HttpResponse:
        """Ask for what has this public id."""
        send = client.post if self.posts else client.get
        return send(self.address_of(public_id), self.query)

    @property
    def names_a_listing(self) -> bool:
        """Whether the address is that of one listing."""
        return "{id}" in self.pattern

    def address(self, listing: Listing) -> str:
        """The address for a listing."""
        return self.address_of(listing.public_id)

    def address_of(self, public_id: object) -> str:
        """The address for what has this public id."""
        return self.pattern.format(id=public_id)


def showing(address: str, **query) -> Route:
    """A route that shows listings: `{id}` in its address stands for the listing's public id."""
    return Route(address, query, True)


def told_in_a_form(address: str, **fields) -> Route:
    """A route that is posted to and only reads, and never shows a listing."""
    return Route(address, fields, False, posts=True)


def silent(address: str, **query) -> Route:
    """A route that never shows a listing."""
    return Route(address, query, False)


def coverage_files(address: str, **query) -> list[Route]:
    """Every form of file of an analysis of coverage; what is drawn is not asked for every day."""
    return [Route(f"{address}analyse.{form}", query, False, is_dear=form in DRAWN) for form in (*DATA, *DRAWN)]
