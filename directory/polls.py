"""Polls as their readers see them: who asks, the answers, what one's own household says, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from directory.audience import is_member
from directory.audience_words import places_in_words
from directory.models import Poll
from directory.poll_results import ShownResult, results_of
from directory.polling import vote_of, voting_home
from directory.reaching import is_silenced, silenced_by
from directory.shown import readers
from scopes.models import Level
from scopes.moments import moment
from scopes.viewer import Home, Viewer

#: Of one space.
MOST_SHOWN = 10
#: What `shown` reads besides the row.
RELATED = (
    "author__account",
    "category",
    "municipality",
    "organisation",
    "mailing__mandate",
    "mailing__asked_poll",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChoice:
    """One answer."""

    place: int
    text: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPoll:
    """One poll in words."""

    id: str
    url: str
    question: str
    text: str
    icon: str
    choices: list[ShownChoice]
    #: First name and initial; empty for who is not among those it is addressed to, and where an organisation asks.
    author: str
    #: The organisation that asks, and how to reach it; empty for a resident.
    sender: str
    contact: str
    #: The entrances or the place that are meant; all of the residence when empty.
    where: str
    when: str
    until: str
    readers: str
    is_over: bool
    #: What came out, nearest first; empty while it is not counted.
    results: list[ShownResult]
    in_residence: bool
    mine: bool
    may_vote: bool
    has_voted: bool
    demonstration: bool
    #: Whether the mandate it was asked under is over: it goes on to its end, and nothing more comes.
    is_ended: bool = False
    #: Whether the reader no longer wants polls from this sender: it stands folded away.
    folded: bool = False

    @property
    def title(self) -> str:
        """The question, as whatever shows a listing calls it."""
        return self.question


def polls_of(viewer: Viewer, home: Home, level: Level) -> list[ShownPoll]:
    """What is asked of one of the viewer's homes at a level and below, the next to end first; then what came out.

    Numbers are read first: to ask twice for all that is told of a poll took a third of a page that had none.
    """
    asked = Poll.objects.live().visible_to(viewer).addressed_to(home, level=level).values_list("pk", flat=True)
    now = timezone.now()
    still = asked.filter(ends_at__gt=now).order_by("ends_at", "pk")[:MOST_SHOWN]
    over = asked.filter(ends_at__lte=now).order_by("-ends_at", "-pk")[:MOST_SHOWN]
    numbers = [*still, *over][:MOST_SHOWN]
    told = Poll.objects.select_related(*RELATED).in_bulk(numbers)
    found = [told[number] for number in numbers]
    mailings = [poll.mailing for poll in found if poll.mailing]
    silenced, places = (silenced_by(viewer), places_in_words(mailings)) if mailings else (set(), {})
    return [
        shown(poll, viewer, places=places, folded=bool(poll.mailing) and is_silenced(poll.mailing, silenced))
        for poll in found
    ]


def askers_of(public_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Public polls of organisations by their ids: who asks, and of which place."""
    asked = Poll.objects.filter(public_id__in=list(public_ids), space=None, mailing__isnull=False)
    found = list(asked.select_related("organisation", "mailing"))
    places = places_in_words([one.mailing for one in found])
    return {str(one.public_id): (one.organisation.name, places[one.mailing_id]) for one in found}


def shown(poll: Poll, viewer: Viewer, *, places: Mapping[int, str] | None = None, folded: bool = False) -> ShownPoll:
    """Put a poll that the viewer may see in words; `places` of mailings save a question each."""
    in_area = poll.mailing is not None and poll.residence_id is None
    if in_area and places is None:
        places = places_in_words([poll.mailing])
    is_over = poll.totals is not None or poll.ends_at <= timezone.now()
    own = None if is_over else vote_of(viewer, poll)
    time_zone = poll.municipality.time_zone
    asks = poll.organisation
    return ShownPoll(
        id=str(poll.public_id),
        url=reverse("poll", args=[poll.public_id]),
        question=poll.title,
        text=poll.description,
        icon=static(f"maki/{poll.category.icon}.svg"),
        choices=[ShownChoice(place=place, text=text, is_own=place == own) for place, text in enumerate(poll.choices)],
        author=str(poll.author) if poll.author_id and is_member(viewer, poll) else "",
        sender=asks.name if asks else "",
        contact=asks.contact if asks else "",
        where=places[poll.mailing_id] if in_area else poll.entrances,
        when=moment(poll.opens_at or poll.published_at, time_zone=time_zone),
        until=moment(poll.ends_at, time_zone=time_zone),
        readers=readers(poll),
        is_over=is_over,
        results=results_of(poll, viewer),
        in_residence=poll.level == Level.RESIDENCE,
        mine=poll.author_id in viewer.alias_ids,
        may_vote=not is_over and voting_home(viewer, poll) is not None,
        has_voted=own is not None,
        demonstration=poll.demonstration,
        is_ended=poll.mailing is not None and poll.mailing.mandate.is_over,
        folded=folded,
    )
