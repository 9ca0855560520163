"""Polls as their readers see them: the answers, what one's own household says, and what came out."""

from __future__ import annotations

from dataclasses import dataclass

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.audience import is_member
from directory.counting_votes import LEAST_INSIDE
from directory.models import Poll
from directory.polling import vote_of, voting_home
from directory.shown import readers
from scopes.models import Level
from scopes.moments import moment
from scopes.reach import LEAST
from scopes.viewer import Home, Viewer

#: Of one space.
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChoice:
    """One answer, with what came out for it once that may be told."""

    place: int
    text: str
    is_own: bool
    #: In words: "12 foyers", "environ 30 foyers", "moins de 20 foyers".
    told: str = ""
    #: Hundredths of the longest bar.
    share: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPoll:
    """One poll in words."""

    id: str
    url: str
    question: str
    text: str
    icon: str
    choices: list[ShownChoice]
    #: First name and initial; empty for who is not among those it is addressed to.
    author: str
    when: str
    until: str
    readers: str
    is_over: bool
    #: Over, and not counted yet.
    waits: bool
    #: Why nothing is told, where nothing is.
    silence: str
    in_residence: bool
    mine: bool
    may_vote: bool
    has_voted: bool
    demonstration: bool

    @property
    def title(self) -> str:
        """The question, as whatever shows a listing calls it."""
        return self.question


def polls_of(viewer: Viewer, home: Home, level: Level) -> list[ShownPoll]:
    """What is asked of one of the viewer's homes at a level and below, the next to end first; then what came out."""
    asked = Poll.objects.live().visible_to(viewer).addressed_to(home, level=level)
    asked = asked.select_related("author__account", "category", "municipality")
    now = timezone.now()
    still = asked.filter(ends_at__gt=now).order_by("ends_at", "pk")[:MOST_SHOWN]
    over = asked.filter(ends_at__lte=now).order_by("-ends_at", "-pk")[:MOST_SHOWN]
    return [shown(poll, viewer) for poll in [*still, *over][:MOST_SHOWN]]


def shown(poll: Poll, viewer: Viewer) -> ShownPoll:
    """Put a poll that the viewer may see in words."""
    is_over = poll.totals is not None or poll.ends_at <= timezone.now()
    own = None if is_over else vote_of(viewer, poll)
    time_zone = poll.municipality.time_zone
    return ShownPoll(
        id=str(poll.public_id),
        url=reverse("poll", args=[poll.public_id]),
        question=poll.title,
        text=poll.description,
        icon=static(f"maki/{poll.category.icon}.svg"),
        choices=_choices(poll, own),
        author=str(poll.author) if is_member(viewer, poll) else "",
        when=moment(poll.published_at, time_zone=time_zone),
        until=moment(poll.ends_at, time_zone=time_zone),
        readers=readers(poll),
        is_over=is_over,
        waits=is_over and poll.totals is None,
        silence=_silence(poll),
        in_residence=poll.level == Level.RESIDENCE,
        mine=poll.author_id in viewer.alias_ids,
        may_vote=not is_over and voting_home(viewer, poll) is not None,
        has_voted=own is not None,
        demonstration=poll.demonstration,
    )


def _choices(poll: Poll, own: int | None) -> list[ShownChoice]:
    totals = poll.totals or [None] * len(poll.choices)
    longest = max((total or 0 for total in totals), default=0)
    return [
        ShownChoice(
            place=place,
            text=text,
            is_own=place == own,
            told="" if total is None else _told(poll, total),
            share=round(100 * (total or 0) / longest) if longest else 0,
        )
        for place, (text, total) in enumerate(zip(poll.choices, totals, strict=True))
    ]


def _told(poll: Poll, total: int) -> str:
    if poll.level == Level.RESIDENCE:
        return ngettext("%(number)d foyer", "%(number)d foyers", total) % {"number": total}
    if not total:
        return _("moins de %(most)d foyers") % {"most": LEAST}
    return _("environ %(number)d foyers") % {"number": total}


def _silence(poll: Poll) -> str:
    if poll.totals != []:
        return ""
    if poll.level == Level.RESIDENCE:
        return _("Moins de %(least)d foyers ont répondu : dire le résultat dirait qui.") % {"least": LEAST_INSIDE}
    return _("Trop peu de foyers ont répondu : en dessous de %(least)d, rien n’est dit.") % {"least": LEAST}
