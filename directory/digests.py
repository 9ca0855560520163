"""Letters of what is new in what people follow: a few statements find who is due, each letter is written as it goes.

A letter holds nothing but what its reader may see at that moment (`visible_to`), in the order it appeared in. What is
said inside a residence is counted, never quoted: a mailbox is not the building. Nothing new, no letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.digests_sql import ANYTHING_NEW
from directory.follow_models import Follow, FollowQuerySet
from directory.followed import circle_in_words, found_by, wanted_by, what_in_words, where_in_words
from directory.follows import next_due
from directory.models import Kind, Listing
from directory.querysets import ListingQuerySet
from scopes import mass_mail, second_lock
from scopes.models import Account, Level, MassMessage, Membership, MessageCopy
from scopes.querysets import rules_of
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


def queue_digests(now: datetime | None = None) -> None:
    """Queue a letter to everyone who is due; done twice, or by two at once, each is due once."""
    now = now or timezone.now()
    for means in MessageCopy.Means.values:
        with transaction.atomic():
            message = MassMessage.objects.create(
                template=TEMPLATE, can_be_stopped=True, queued_at=now, too_late_at=now + USE
            )
            due = Follow.objects.due(now).filter(means=means, account__is_active=True)
            timed = due.exclude(rhythm=Follow.Rhythm.AT_ONCE)
            told = _tell(timed, message, now)
            for some in _with_something_new(due.filter(rhythm=Follow.Rhythm.AT_ONCE), until=now - SETTLED):
                told += _tell(due.filter(pk__in=some), message, now)
            if told:
                mass_mail.queue(message, _recipients(message, now))
            else:
                message.delete()


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


def write(message: MassMessage, account: Account) -> tuple[dict[str, object], dict[str, str]] | None:
    """Write one person's letter: what is new in what they follow and may see now; nothing where there is none."""
    follows = account.follows.filter(message=message, paused_at=None)
    follows = list(follows.select_related("municipality", "neighbourhood__municipality"))
    if not follows:
        return None
    viewer = viewer_of(account.pk)
    with translation.override(account.language), second_lock.opened(viewer.residence_ids):
        parts = [part for one in follows if (part := _part(one, viewer))]
        return (_words(parts), _pushed(parts)) if parts else None


def news_of(follow: Follow, viewer: Viewer) -> ListingQuerySet:
    """Return what is new in what someone follows, since their letter before, and is neither theirs nor hidden."""
    new = Listing.objects.live().visible_to(viewer).exclude(author__in=viewer.alias_ids)
    new = new.appeared(since=follow.told_from, until=follow.told_until)
    if follow.rhythm == Follow.Rhythm.AT_ONCE:
        # Organisations tell of them by themselves, as each person chose (`directory.announcing`).
        new = new.exclude(kind=Kind.NOTICE)
    if not follow.kinds and not follow.categories:
        # An offer comes by letter to who asked for offers, and to nobody else.
        new = new.exclude(kind=Kind.PROMOTION)
    if follow.alias_id is None:
        return found_by(follow, new)
    home = next((home for home in viewer.homes if home.alias_id == follow.alias_id), None)
    if home is None:
        return new.none()
    addressed = reduce(or_, rules_of(home, Level(follow.level)).values())
    return wanted_by(follow, new.filter(addressed, municipality__in=follow.towns))


def _part(follow: Follow, viewer: Viewer) -> dict[str, object] | None:
    """What is new in one thing followed, in words."""
    # What has just been taken back has no entry to lead to any more.
    new = news_of(follow, viewer).filter(Q(entry__isnull=False) | Q(residence__isnull=False))
    found = list(new.select_related("entry", "category").order_by("published_at", "pk")[: MOST_TOLD + 1])
    if not found:
        return None
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
    titles = [item["title"] for part in parts for item in part["items"]]
    return {
        "title": _subject(parts),
        "body": " · ".join(titles[:3]) or parts[0]["heading"],
        "url": parts[0]["items"][0]["path"] if len(titles) == 1 else parts[0]["path"],
        "tag": TEMPLATE,
        "language": translation.get_language(),
    }
