"""Letters of what is new in what people follow: a few statements find who is due, and what is new for a batch of them.

A letter holds nothing but what its reader may see as its batch begins, in the order it appeared in. What is said inside
a residence is counted, never quoted: a mailbox is not the building. Nothing new, no letter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.announcing import awake
from directory.categories import tree
from directory.digests_sql import ANYTHING_NEW, NEWS
from directory.follow_models import Follow, FollowQuerySet
from directory.followed import circle_in_words, what_in_words, where_in_words
from directory.follows import next_due
from directory.models import Listing
from directory.nearby import terms_of
from scopes import mass_mail, second_lock
from scopes.models import Level, MassMessage, Membership, MessageCopy
from scopes.querysets import ZONE, each_columns
from scopes.registries import Told
from scopes.viewer import Viewer
from scopes.viewing import viewer_of

TEMPLATE = "digest"
#: What is being published while a letter is written is for the next one.
SETTLED = timedelta(minutes=1)
#: A letter is tried for so long; what it would have said is then in the next one.
USE = timedelta(hours=20)
#: Of each thing followed; the rest is on the site.
MOST_TOLD = 20
#: Follows whose residences are opened at once, to see whether anything is new in them.
TOGETHER = 500


def queue_digests(now: datetime | None = None, *, by_day: bool = False) -> None:
    """Queue a letter to everyone who is due; done twice, or by two at once, each is due once.

    With `by_day`, what a worker that was away comes to in the night of its place waits for the morning.
    """
    now = now or timezone.now()
    for means in MessageCopy.Means.values:
        with transaction.atomic():
            message = MassMessage.objects.create(
                template=TEMPLATE, can_be_stopped=True, queued_at=now, too_late_at=now + USE
            )
            due = Follow.objects.due(now).filter(means=means, account__is_active=True)
            due = _by_day(due, now) if by_day else due
            timed = due.exclude(rhythm=Follow.Rhythm.AT_ONCE)
            told = _tell(timed, message, now)
            for some in _with_something_new(due.filter(rhythm=Follow.Rhythm.AT_ONCE), until=now - SETTLED):
                told += _tell(due.filter(pk__in=some), message, now)
            if told:
                mass_mail.queue(message, _recipients(message, now))
            else:
                message.delete()


def _by_day(due: FollowQuerySet, now: datetime) -> FollowQuerySet:
    """Leave out those where it is night."""
    zones = due.order_by().values_list("time_zone", flat=True).distinct()
    return due.exclude(time_zone__in=[one for one in zones if awake(now, time_zone=one) > now])


def _tell(due: FollowQuerySet, message: MassMessage, now: datetime) -> int:
    """Give these to a message, one statement an hour of a clock; return how many. What was lost is in the next."""
    lost = MessageCopy.objects.filter(message=OuterRef("message"), account=OuterRef("account")).waiting()
    told_from = Case(When(Exists(lost), then=F("told_from")), default=F("told_until"))
    told = 0
    for rhythm, hour, time_zone in list(due.order_by().values_list("rhythm", "hour", "time_zone").distinct()):
        told += due.filter(rhythm=rhythm, hour=hour, time_zone=time_zone).update(
            told_from=told_from,
            told_until=now - SETTLED,
            due_at=next_due(rhythm, hour, time_zone, after=now),
            message=message,
        )
    return told


def _with_something_new(at_once: FollowQuerySet, *, until: datetime) -> Iterator[list[int]]:
    """Those in whose towns anything appeared since their last letter, some at a time; the letter looks closer."""
    waiting = list(at_once.order_by("pk").values_list("pk", "alias"))
    for start in range(0, len(waiting), TOGETHER):
        numbers, aliases = zip(*waiting[start : start + TOGETHER], strict=True)
        homes = Membership.objects.current().filter(alias__in=[alias for alias in aliases if alias])
        residences = list(homes.order_by().values_list("residence", flat=True).distinct())
        with second_lock.opened(residences), connection.cursor() as cursor:
            cursor.execute(ANYTHING_NEW, {"follows": list(numbers), "until": until})
            yield [pk for (pk,) in cursor.fetchall()]


def _recipients(message: MassMessage, now: datetime) -> QuerySet:
    """Each person once, however much they follow."""
    due_at = Value(now, output_field=DateTimeField())
    told = Follow.objects.filter(message=message).order_by().annotate(due=due_at)
    return told.values_list("account", "means", "due").distinct()


def write(message: MassMessage, accounts: Collection[int]) -> dict[int, Told]:
    """Write the letters of some people: what is new in what each follows and may see now; none where there is none."""
    follows = Follow.objects.filter(message=message, paused_at=None, account__in=accounts)
    follows = list(follows.select_related("account", "municipality", "neighbourhood__municipality"))
    new = news_of(follows, {number: viewer_of(number) for number in {one.account_id for one in follows}})
    parts = defaultdict(list)
    for follow in follows:
        if found := new.get(follow.pk):
            with translation.override(follow.account.language):
                parts[follow.account].append(_part(follow, found))
    letters = {}
    for account, told in parts.items():
        with translation.override(account.language):
            letters[account.pk] = (_words(told), _pushed(told))
    return letters


def news_of(follows: Collection[Follow], viewers: Mapping[int, Viewer]) -> dict[int, list[Listing]]:
    """Return what is new in each of these follows, since the letter before, and is neither its reader's nor hidden.

    The second lock stands for each reader: where anything inside a residence seems new, it is asked again for that
    reader alone, with no other residence open.
    """
    residences = {number for viewer in viewers.values() for number in viewer.residence_ids}
    new = _news(follows, viewers, residences)
    inside = defaultdict(list)
    for follow in follows:
        if any(listing.residence_id for listing in new.get(follow.pk, ())):
            inside[follow.account_id].append(follow)
    for account, own in inside.items():
        alone = _news(own, viewers, viewers[account].residence_ids)
        new |= {follow.pk: alone.get(follow.pk, []) for follow in own}
    return new


def _news(
    follows: Collection[Follow], viewers: Mapping[int, Viewer], residences: Collection[int]
) -> dict[int, list[Listing]]:
    asked = [row for one in follows if (row := _asked(one, viewers[one.account_id]))]
    with second_lock.opened(residences), connection.cursor() as cursor:
        rows = json.dumps(asked)
        cursor.execute(NEWS, {"asked": rows, "now": timezone.now(), "most": MOST_TOLD + 1, **ZONE})
        pairs = cursor.fetchall()
        numbers = {listing for _follow, listing in pairs}
        listings = Listing.objects.select_related("entry", "category").in_bulk(numbers)
    new = defaultdict(list)
    for follow, listing in pairs:
        if found := listings.get(listing):  # erased since
            new[follow].append(found)
    return new


def _asked(follow: Follow, viewer: Viewer) -> dict[str, object] | None:
    """One row of `NEWS`; nothing for the circle of a home that is none of its person's any more."""
    home = next((home for home in viewer.homes if home.alias_id == follow.alias_id), None)
    if follow.alias_id and home is None:
        return None
    branches = [tree()[code] for code in follow.categories if code in tree()]
    return {
        **each_columns(viewer, home),
        "follow": follow.pk,
        "firsts": [node.number for node in branches] or None,
        "lasts": [node.last for node in branches] or None,
        "terms": terms_of(follow.text),
    }


def _part(follow: Follow, found: list[Listing]) -> dict[str, object]:
    """What is new in one thing followed, in words."""
    told = [one for one in found[:MOST_TOLD] if one.residence_id is None]
    inside = sum(one.residence_id is not None for one in found[:MOST_TOLD])
    return {
        "heading": heading_of(follow),
        "items": [{"title": one.title, "what": one.category.name, "path": _path(one)} for one in told],
        "inside": inside,
        "more": len(found) > MOST_TOLD,
        "path": path_of(follow),
        "number": len(told) + inside,
    }


def heading_of(follow: Follow) -> str:
    """Say what is followed, as its person reads it."""
    where = circle_in_words(follow.level) if follow.alias_id else where_in_words(follow)
    what = what_in_words(follow) if follow.kinds or follow.categories or follow.text else ""
    words = _("%(where)s : %(what)s") % {"where": where, "what": what} if what else where
    return words[:1].upper() + words[1:]


def path_of(follow: Follow) -> str:
    """Where all of it is on the site."""
    pages = {Level.RESIDENCE: "residence", Level.MUNICIPALITY: "town"}
    return reverse(pages.get(follow.level, "quarter") if follow.alias_id else "home")


def _path(listing: Listing) -> str:
    return listing.entry.feature["properties"]["url"]


def _words(parts: list[dict[str, object]]) -> dict[str, object]:
    return {"subject": _subject(parts), "parts": parts}


def _subject(parts: list[dict[str, object]]) -> str:
    number = sum(part["number"] for part in parts)
    more = any(part["more"] for part in parts)
    words = ngettext(
        "%(number)s nouveauté dans ce que vous suivez", "%(number)s nouveautés dans ce que vous suivez", number
    )
    return words % {"number": f"{number}+" if more else number}


def _pushed(parts: list[dict[str, object]]) -> dict[str, str]:
    items = [item for part in parts for item in part["items"]]
    return {
        "title": _subject(parts),
        "body": " · ".join(item["title"] for item in items[:3]) or parts[0]["heading"],
        "url": items[0]["path"] if len(items) == 1 else parts[0]["path"],
        "tag": TEMPLATE,
        "language": translation.get_language(),
    }
