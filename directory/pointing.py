"""The point that a request may show: a place out of doors, near the quarter, and never one's own door."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geo.catchments import radius_around
from geo.errors import InvalidParameter, NotFound
from geo.geocoding import resolve
from geo.models import WGS84
from scopes.homes import Membership
from scopes.own_door import is_at_own_door
from scopes.viewer import Home
from scopes.zone_form import FARTHEST

#: Degrees to a metre: what a finger shows is no finer.
DECIMALS = 5
#: What has one place: a street or a town has none.
ONE_PLACE = ("housenumber", "place")
#: "-1.553912,47.217345"
LONGEST_POINT = 40


def read_point(text: str) -> Point | None:
    """Read a longitude and a latitude as the map writes them, "-1.55391,47.21734"; nothing where there is nothing."""
    if not text.strip():
        return None
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        raise InvalidParameter("point", _("Ce point ne se lit pas. Montrez-le de nouveau sur la carte.")) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise InvalidParameter("point", _("Ce point n’est nulle part. Montrez-le de nouveau sur la carte."))
    return Point(round(longitude, DECIMALS), round(latitude, DECIMALS), srid=WGS84)


def point_at(home: Home, address: str) -> Point | None:
    """Return where a typed address is, near the quarter of the home; nothing where nothing was typed."""
    if not address.strip():
        return None
    try:
        found = resolve(address, near=Point(*home.point, srid=WGS84))
    except NotFound as error:
        raise InvalidParameter("point_address", str(error)) from None
    if found.type not in ONE_PLACE:
        raise InvalidParameter("point_address", _("Écrivez un numéro et une rue : le 12 de la rue, pas toute la rue."))
    return Point(round(found.longitude, DECIMALS), round(found.latitude, DECIMALS), srid=WGS84)


def check_point(home: Home, point: Point) -> None:
    """Refuse a point at the asker's own door, or far away; how far is measured from the public cell.

    Whoever reads the request would learn a home from it; in words a person says as much as the person wishes.
    """
    if not radius_around(Point(*home.point, srid=WGS84), FARTHEST).area.covers(point):
        raise InvalidParameter("point", _("Un lieu se montre au plus à 10 km de chez vous."))
    if is_at_own_door(Membership.objects.get(pk=home.membership_id).account, point):
        raise InvalidParameter("point", _("C’est devant chez vous : dites-le en mots, sans le montrer sur la carte."))
