"""A person follows a circle of a home or a place, changes how it is told, pauses it, and ends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.announcing import awake
from directory.errors import TooMany
from directory.follow_models import Follow
from directory.followed import towns_around
from geo.catchments import radius_around
from geo.errors import InvalidParameter, NotFound
from geo.models import WGS84, Municipality
from scopes.models import Account, Alias, Level, Membership, MessageCopy
from scopes.viewer import Home, Viewer
from scopes.zone_form import FARTHEST

MOST_FOLLOWS = 30
#: Of the place's clock, none of them at night; of the weekly letter, on Fridays.
HOURS = (7, 12, 18, 20)
FRIDAY = 4
Rhythm = Follow.Rhythm


def circle_of(home: Home, level: str) -> dict[str, object]:
    """Return the columns of `Follow` for a circle of a home; raise `InvalidParameter` for what is none."""
    if level not in set(Level.values) - {Level.CATCHMENT}:
        raise InvalidParameter("level", _("Choisissez jusqu’où : immeuble, voisinage, quartier, ville ou une zone."))
    # Whoever writes to a zone lives so near: what reaches the home may be of the town next to its own.
    around = radius_around(Point(*home.point, srid=WGS84), FARTHEST + D(m=500))
    towns = sorted({home.municipality_id, *towns_around(around.area)})
    return {"alias_id": home.alias_id, "level": level, "towns": towns}


@transaction.atomic
def follow(
    *,
    viewer: Viewer,
    place: Mapping[str, object],
    what: Mapping[str, object],
    rhythm: str,
    hour: int,
    means: str,
) -> Follow:
    """Follow a place (`directory.followed`) or a circle (`circle_of`); asked twice, it is followed once.

    Raises `InvalidParameter` naming what is not offered, `TooMany`.
    """
    account = Account.objects.select_for_update().get(pk=viewer.account_id)
    _check(account, rhythm=rhythm, hour=hour, means=means)
    mine = Follow.objects.filter(account=account)
    # As shapes, not by their boxes, which is what equality of geometries asks; towns follow from the rest.
    where = {"area__equals" if name == "area" else name: value for name, value in place.items() if name != "towns"}
    if same := mine.filter(**where, **what).first():
        return change(viewer=viewer, handle=same.handle, rhythm=rhythm, hour=hour, means=means)
    if mine.count() >= MOST_FOLLOWS:
        raise TooMany(_("Vous suivez déjà trente choses : finissez-en une d’abord."))
    begun = Follow(**place, **what, account=account, rhythm=rhythm, hour=hour, means=means, time_zone=_zone(place))
    begun.due_at = next_due(rhythm, hour, begun.time_zone, after=begun.begun_at)
    begun.save()
    return begun


def own(viewer: Viewer, handle: UUID) -> Follow:
    """Find what the viewer follows; raise `NotFound` for anything else."""
    found = Follow.objects.filter(account=viewer.account_id, handle=handle).first()
    if viewer.account_id is None or found is None:
        raise NotFound
    return found


@transaction.atomic
def change(*, viewer: Viewer, handle: UUID, rhythm: str, hour: int, means: str) -> Follow:
    """Change how it is told; what was paused goes on. Raises `InvalidParameter` naming what is not offered."""
    changed = own(viewer, handle)
    _check(changed.account, rhythm=rhythm, hour=hour, means=means)
    if changed.paused_at:
        _go_on(changed)
    changed.rhythm, changed.hour, changed.means = rhythm, hour, means
    changed.due_at = next_due(rhythm, hour, changed.time_zone, after=timezone.now())
    changed.save(update_fields=["rhythm", "hour", "means", "due_at", "paused_at", "told_until"])
    return changed


@transaction.atomic
def pause(*, viewer: Viewer, handle: UUID, paused: bool = True) -> Follow:
    """Be told no more for the time being, or again, of what appears from then on."""
    changed = own(viewer, handle)
    if paused and not changed.paused_at:
        changed.paused_at = timezone.now()
    elif not paused and changed.paused_at:
        _go_on(changed)
        changed.due_at = next_due(changed.rhythm, changed.hour, changed.time_zone, after=timezone.now())
    changed.save(update_fields=["paused_at", "told_until", "due_at"])
    return changed


def unfollow(*, viewer: Viewer, handle: UUID) -> None:
    """Follow it no more; done twice, done once."""
    Follow.objects.filter(account=viewer.account_id, handle=handle).delete()


def pause_mails_of(account_id: int) -> None:
    """Write to someone no more of what they follow: one click in a letter, whichever it was."""
    mails = Follow.objects.filter(account=account_id, paused_at=None)
    mails.filter(means=MessageCopy.Means.MAIL).update(paused_at=timezone.now())


def end_follows_of(membership: Membership) -> None:
    """End what was followed from a home that has just been left."""
    Follow.objects.filter(alias=membership.alias_id).delete()


def next_due(rhythm: str, hour: int, time_zone: str, *, after: datetime) -> datetime:
    """Return the next moment of a rhythm by the place's clock; it depends on nothing else."""
    if rhythm == Rhythm.AT_ONCE:
        return awake(after, time_zone=time_zone)
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, time(hour), tzinfo=zone)
        if moment > after and (rhythm == Rhythm.DAILY or day.weekday() == FRIDAY):
            return moment
        day += timedelta(days=1)


def _go_on(paused: Follow) -> None:
    paused.paused_at = None
    paused.told_until = timezone.now()


def _check(account: Account, *, rhythm: str, hour: int, means: str) -> None:
    for name, value, offered in (
        ("rhythm", rhythm, Rhythm.values),
        ("hour", hour, HOURS),
        ("means", means, MessageCopy.Means.values),
    ):
        if value not in offered:
            raise InvalidParameter(name, _("Choisissez dans la liste."))
    if means == MessageCopy.Means.MAIL and not account.email:
        raise InvalidParameter("means", _("Votre compte n’a pas d’adresse e-mail : choisissez les notifications."))


def _zone(place: Mapping[str, object]) -> str:
    """The clock of a place: of its town, or of the one in its middle."""
    if alias := place.get("alias_id"):
        return Alias.objects.values_list("cell__municipality__time_zone", flat=True).get(pk=alias)
    towns = Municipality.objects.filter(pk__in=place["towns"])
    if area := place.get("area"):
        towns = Municipality.objects.covering(area.point_on_surface)
    return towns.order_by("pk").values_list("time_zone", flat=True).first() or settings.TIME_ZONE
