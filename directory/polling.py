"""Asks a question with two to six answers in a circle, and takes one vote a household until it is over.

Nothing of a vote is told before the end, and then by totals alone (`directory.counting_votes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.audience import reaches
from directory.errors import NotProved, PollOver, TooMany
from directory.household_keys import household_of, is_left_empty, key_of
from directory.models import Category, Kind, Poll, Vote
from directory.posting import PRESSED_TWICE, heard_at, hold, place_of
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality, PublicCell
from geo.texts import one_line, paragraphs
from scopes import second_lock
from scopes.models import Level, Membership
from scopes.viewer import Home, Viewer

FEWEST_CHOICES, MOST_CHOICES, LONGEST_CHOICE = 2, 6, 80
#: A poll is open for so many days.
MOST_DAYS = 30
#: What came out stays to be read for so long.
TOLD_FOR = timedelta(days=60)
#: Polls of one person that are open at once.
MOST_OPEN = 3


@transaction.atomic
def ask_all(*, home: Home, question: str, choices: Sequence[str], ends_on: date, level: str, text: str = "") -> Poll:
    """Ask a question in a circle of one's home, until the end of a day; return the poll.

    Raises `NotProved` when the home is no longer the author's, `InvalidParameter` naming what is not valid, `TooMany`.
    """
    from directory.tasks import count_poll  # the task calls `counting_votes`

    level = _circle(home, level)
    columns = {
        "title": one_line(question, parameter="question"),
        "description": paragraphs(text, parameter="text", shortest=0),
        "choices": choices_of(choices),
        "ends_at": end_of(ends_on, time_zone=clock_of(home)),
        "level": level,
    }
    hold(home)
    now = timezone.now()
    own = Poll.objects.live().filter(author=home.alias_id, ends_at__gt=now)
    if same := own.filter(**columns, published_at__gt=now - PRESSED_TWICE).first():
        return same
    if own.count() >= MOST_OPEN:
        raise TooMany(_("Trois de vos sondages sont encore ouverts : attendez la fin de l’un d’eux."))
    poll = Poll.objects.create(
        kind=Kind.POLL,
        category=Category.objects.get(code="local_poll"),
        closes_at=columns["ends_at"] + TOLD_FOR,
        **columns,
        **place_of(home, level),
    )
    refresh_entries([poll.pk])
    count_poll.configure(schedule_at=poll.ends_at).defer(poll_id=poll.pk, residence_id=poll.residence_id or 0)
    return poll


def voting_home(viewer: Viewer, poll: Poll) -> Home | None:
    """Return the home whose household a viewer votes for: one that the poll is addressed to, the chosen one first."""
    return next((home for home in viewer.homes if reaches(poll, home)), None)


@transaction.atomic
def vote(*, viewer: Viewer, public_id: UUID, choice: int) -> Vote:
    """Give the vote of the viewer's household, or change it; whoever of the home votes last has voted.

    Raises `NotFound` for a poll that is not for the viewer, `NotProved` where it is not addressed to a home of theirs,
    `PollOver`, and `InvalidParameter` for what is no answer of it.
    """
    poll, home = _held(viewer, public_id)
    if not 0 <= choice < len(poll.choices):
        raise InvalidParameter("choice", _("Choisissez une des réponses."))
    voter = key_of(household_of(home), poll)
    given, _made = Vote.objects.update_or_create(
        poll=poll, voter=voter, defaults={"choice": choice, "residence_id": poll.residence_id}
    )
    return given


@transaction.atomic
def take_vote_back(*, viewer: Viewer, public_id: UUID) -> Poll:
    """Take the household's vote back, whether there is one or not."""
    poll, home = _held(viewer, public_id)
    Vote.objects.filter(poll=poll, voter=key_of(household_of(home), poll)).delete()
    return poll


@transaction.atomic
def withdraw(*, viewer: Viewer, public_id: UUID) -> Poll:
    """Take one's poll back, with the votes; raise `NotFound` for any other."""
    own = Poll.objects.live().select_for_update().filter(author__in=viewer.alias_ids, public_id=public_id)
    poll = own.first()
    if poll is None:
        raise NotFound
    poll.withdrawn_at = timezone.now()
    poll.save(update_fields=["withdrawn_at"])
    poll.votes.all().delete()
    refresh_entries([poll.pk])
    return poll


def vote_of(viewer: Viewer, poll: Poll) -> int | None:
    """Return what the viewer's household answers now, for its own eyes."""
    home = voting_home(viewer, poll)
    if home is None:
        return None
    voter = key_of(household_of(home), poll)
    return Vote.objects.filter(poll=poll, voter=voter).values_list("choice", flat=True).first()


def votes_of_household(household_id: int, open_polls: Iterable[Poll]) -> list[Vote]:
    """Find the votes of one household among polls whose residences are opened."""
    polls = list(open_polls)
    keys = [key_of(household_id, poll) for poll in polls]
    return list(Vote.objects.filter(poll__in=polls, voter__in=keys).select_related("poll"))


@transaction.atomic
def forget_votes(membership: Membership) -> int:
    """Take back the votes of a home that its last person has just left; return how many."""
    if not is_left_empty(membership):
        return 0
    with second_lock.opened([membership.residence_id]):
        votes = votes_of_household(membership.household_id, uncounted_near(membership))
        Vote.objects.filter(pk__in=[vote.pk for vote in votes]).delete()
    return len(votes)


def uncounted_near(membership: Membership):
    """The polls not counted yet that someone of a home may have voted in: some pass the limits of a town."""
    cell = membership.alias.cell
    near = PublicCell.objects.in_voisinage_of([cell.pk, cell.merged_into_id or cell.pk]).values("pk")
    voisinage = Q(level=Level.VOISINAGE) & (Q(cell__in=near) | Q(cell__merged_into__in=near))
    wider = Q(level=Level.CATCHMENT) | Q(municipality=cell.municipality_id)
    return Poll.objects.filter(voisinage | wider, totals__isnull=True)


def _held(viewer: Viewer, public_id: UUID) -> tuple[Poll, Home]:
    """Lock an open poll that the viewer may vote in: a vote is given before it is counted, or not at all."""
    poll = Poll.objects.live().visible_to(viewer).select_for_update(of=["self"]).filter(public_id=public_id).first()
    if poll is None:
        raise NotFound
    home = voting_home(viewer, poll)
    if home is None or not Membership.objects.current().filter(pk=home.membership_id).exists():
        raise NotProved
    if poll.totals is not None or poll.ends_at <= timezone.now():
        raise PollOver
    return poll, home


def _circle(home: Home, level: str) -> Level:
    if level not in dict(Level.circles()):
        raise InvalidParameter("level", _("Choisissez jusqu’où : immeuble, voisinage, quartier ou ville."))
    if level == Level.RESIDENCE and not home.lives_there:
        raise NotProved
    return heard_at(home, level)


def choices_of(choices: Sequence[str]) -> list[str]:
    """Return the answers that were written; raise `InvalidParameter` unless they are two to six different ones."""
    written = [choice for choice in choices if choice.strip()]
    if not FEWEST_CHOICES <= len(written) <= MOST_CHOICES:
        raise InvalidParameter("choices", _("Écrivez de deux à six réponses."))
    lines = [one_line(choice, parameter="choices", longest=LONGEST_CHOICE) for choice in written]
    if len({line.casefold() for line in lines}) < len(lines):
        raise InvalidParameter("choices", _("Deux réponses disent la même chose."))
    return lines


def end_of(ends_on: date, *, time_zone: str) -> datetime:
    """Return the end of a day by the clock of a town; raise `InvalidParameter` for one too near or too far."""
    zone = ZoneInfo(time_zone)
    today = timezone.now().astimezone(zone).date()
    if not today < ends_on <= today + timedelta(days=MOST_DAYS):
        raise InvalidParameter("ends_on", _("Choisissez un jour, de demain à dans un mois."))
    return datetime.combine(ends_on, time(23, 59), tzinfo=zone)


def clock_of(home: Home) -> str:
    """Return the time zone of a home's town: a poll ends with a day there."""
    return Municipality.objects.values_list("time_zone", flat=True).get(pk=home.municipality_id)
