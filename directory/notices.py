"""What organisations told a home, in its residence or around it: live, newest first, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.gis.geos import Point
from django.db.models import Exists, OuterRef, Q
from django.templatetags.static import static
from django.urls import reverse

from directory.audience_words import places_in_words
from directory.models import Notice, Poll
from directory.notice_templates import pictogram_of, sentences_of
from directory.notifying import title_in_words
from directory.querysets import ListingQuerySet
from directory.reaching import is_silenced, silenced_by
from geo.models import Municipality, Neighbourhood
from scopes.models import Level, MandatedResidence
from scopes.moments import moment
from scopes.querysets import rules_of
from scopes.viewer import Home, Viewer

#: A hall has no room for more.
MOST_SHOWN = 10
_FIRST = ("-mailing__urgent", "-published_at", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """One notice in words."""

    id: str
    url: str
    title: str
    sentences: list[str]
    #: Address of its pictogram.
    icon: str
    #: The entrances of the residence that are meant, or the place that everyone in it is told of; all when empty.
    where: str
    #: Whether everyone may read it: one to an area.
    is_public: bool
    sender: str
    contact: str
    when: str
    urgent: bool
    demonstration: bool
    #: Whether its mandate is over, or no longer names the residence: it stays as it was told, and nothing more comes.
    is_ended: bool
    #: Whether the reader no longer wants notices of this kind from this sender: it stands folded away.
    folded: bool = False


def over_in_words(own: Notice | Poll) -> dict[str, str]:
    """Say what is over, since when and of whom, for the page that a mail leads to afterwards."""
    poll = isinstance(own, Poll)
    return {
        "title": own.title if poll else title_in_words(own.mailing),
        "sender": own.mailing.mandate.organisation.name,
        "when": moment(own.closes_at, time_zone=own.municipality.time_zone),
    }


def notices_of(viewer: Viewer, home: Home, level: Level = Level.RESIDENCE) -> list[ShownNotice]:
    """The notices that reach one of the viewer's homes at a level, those that are urgent first.

    In the space of the residence, what is urgent around it stands too: nobody looks for a flood one page further.
    """
    live = Notice.objects.live().visible_to(viewer).order_by(*_FIRST).values_list("pk", flat=True)
    inside = live.filter(residence=home.residence_id)
    rules = rules_of(home, Level.MUNICIPALITY if level == Level.RESIDENCE else level)
    around = live.filter(reduce(or_, rules.values()), space=None)
    if level == Level.RESIDENCE:
        around = around.filter(mailing__urgent=True, mailing__restores=None)
    # Two questions, each with its index: together they would read every notice of the country. They ask for numbers:
    # all that is told of a notice took a fifth of a page that had none.
    numbers = {*inside[:MOST_SHOWN], *around[:MOST_SHOWN]}
    newest = list(with_senders(Notice.objects.filter(pk__in=numbers)))  # of none, the database is not asked
    newest.sort(key=lambda one: (one.mailing.urgent, one.published_at, one.pk), reverse=True)
    silenced = silenced_by(viewer) if newest else set()
    return shown_together(newest[:MOST_SHOWN], silenced)


def notices_at(viewer: Viewer, here: Point) -> list[ShownNotice]:
    """The public notices to an area that a place lies in, wherever the viewer lives."""
    live = Notice.objects.live().visible_to(viewer).filter(space=None)
    holds = Q(level=Level.CATCHMENT, catchment__covers=here)
    holds |= Q(level=Level.NEIGHBOURHOOD, neighbourhood__in=Neighbourhood.objects.covering(here).values("pk"))
    holds |= Q(level=Level.MUNICIPALITY, municipality__in=Municipality.objects.covering(here).values("pk"))
    newest = with_senders(live.filter(holds)).order_by(*_FIRST)
    return shown_together(newest[:MOST_SHOWN])


def notices_called(public_ids: Iterable[str]) -> dict[str, ShownNotice]:
    """Public notices by their ids, in the reader's language: what search knows of them is French."""
    asked = Notice.objects.filter(public_id__in=list(public_ids), space=None)
    return {one.id: one for one in shown_together(with_senders(asked))}


def with_senders(notices: ListingQuerySet) -> ListingQuerySet:
    """Read with notices all that `shown` says of who sent them."""
    naming = MandatedResidence.objects.filter(mandate=OuterRef("mailing__mandate"), residence=OuterRef("residence"))
    return notices.select_related("mailing__mandate__organisation", "municipality").annotate(is_named=Exists(naming))


def shown(notice: Notice) -> ShownNotice:
    """Put a notice that the viewer may see in words; it was read `with_senders`."""
    return shown_together([notice])[0]


def shown_together(notices: Iterable[Notice], silenced: Collection[tuple[int, str]] = ()) -> list[ShownNotice]:
    """Put several in words, with as many questions to the database for one as for many."""
    notices = list(notices)
    places = places_in_words([one.mailing for one in notices if one.mailing.area is not None])
    return [_shown(one, places.get(one.mailing_id, ""), folded=is_silenced(one.mailing, silenced)) for one in notices]


def _shown(notice: Notice, place: str, *, folded: bool) -> ShownNotice:
    mailing = notice.mailing
    over = mailing.restores_id is not None
    return ShownNotice(
        id=str(notice.public_id),
        url=reverse("notice", args=[notice.public_id]),
        title=title_in_words(mailing),
        sentences=[] if over else sentences_of(mailing.template, mailing.fields),
        icon=static(f"maki/{pictogram_of(mailing.template, mailing.fields)}.svg"),
        where=notice.entrances or place,
        is_public=notice.residence_id is None,
        sender=mailing.mandate.organisation.name,
        contact=mailing.mandate.organisation.contact,
        when=moment(notice.opens_at or notice.published_at, time_zone=notice.municipality.time_zone),
        urgent=mailing.urgent and not over,
        demonstration=notice.demonstration,
        is_ended=mailing.mandate.is_over or not (notice.is_named or mailing.mandate.is_by_area),
        folded=folded,
    )
