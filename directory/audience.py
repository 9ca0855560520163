"""Who a listing is meant for: whether it reaches a home, by whose name one speaks there, and how that is said."""

from __future__ import annotations

from django.contrib.gis.geos import Point

from directory.models import Listing
from geo.models import WGS84
from scopes import audiences
from scopes.models import Level
from scopes.viewer import Home, Viewer


def reaches(listing: Listing, home: Home) -> bool:
    """Whether the home is in the circle or zone that the listing is addressed to, opened to others or not."""
    if listing.level == Level.RESIDENCE:
        return home.lives_there and listing.residence_id == home.residence_id
    if listing.level == Level.CATCHMENT:
        return listing.catchment.covers(Point(*home.point, srid=WGS84))
    word = {
        Level.VOISINAGE: lambda: audiences.of_voisinage(listing.cell_id),
        Level.NEIGHBOURHOOD: lambda: listing.neighbourhood_id and audiences.of_neighbourhood(listing.neighbourhood_id),
        Level.MUNICIPALITY: lambda: audiences.of_municipality(listing.municipality_id),
    }[listing.level]()
    return word in home.audiences


def is_member(viewer: Viewer, listing: Listing) -> bool:
    """Whether the viewer is among those it is addressed to: they see whose it is, and what was answered."""
    return listing.author_id in viewer.alias_ids or any(reaches(listing, home) for home in viewer.homes)


def home_for(viewer: Viewer, listing: Listing) -> Home | None:
    """Return the home one speaks from under a listing: that of its author, else one it reaches, else the chosen one."""
    own = (home for home in viewer.homes if home.alias_id == listing.author_id)
    reached = (home for home in viewer.homes if reaches(listing, home))
    return next(own, None) or next(reached, None) or viewer.home
