"""Counts the polls that are over, once: totals stay, votes go.

Inside a residence its members read the numbers themselves, from three households on. Elsewhere nothing is told of fewer
than 20 answers, and numbers are in tens, rounded up or down by a secret of the circle (docs/adr/0016). What an
organisation asked in several residences is told to it once, over all of them, by a secret of that organisation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from directory.models import AskedPoll, Poll, Vote
from scopes import second_lock
from scopes.models import Level
from scopes.reach import LEAST
from scopes.reach_table import are_enough, in_tens

#: Households inside a residence, below which a total would tell who answered what.
LEAST_INSIDE = 3


@transaction.atomic
def count_poll(*, poll_id: int, residence_id: int | None) -> Poll | None:
    """Count a poll whose end has come; done twice, nothing is counted again. Nothing for one that is not there."""
    with second_lock.opened([residence_id] if residence_id else []):
        over = Poll.objects.filter(pk=poll_id, mailing=None, totals__isnull=True, ends_at__lte=timezone.now())
        poll = over.select_for_update(of=["self"]).first()
        if poll is None:
            return None
        poll.totals = totals_of(poll)
        poll.save(update_fields=["totals"])
        poll.votes.all().delete()
    return poll


def totals_of(poll: Poll) -> list[int]:
    """Return what may be told of each answer, in their order; nothing at all where too few answered."""
    votes = Counter(poll.votes.values_list("choice", flat=True))
    numbers = [votes[place] for place in range(len(poll.choices))]
    if poll.level == Level.RESIDENCE:
        return told_inside(numbers)
    # The same secret for all polls of a circle: who asks again learns nothing more.
    return told_outside(numbers, of=f"polls of {poll.audience}")


@transaction.atomic
def count_asked_poll(*, mailing_id: int) -> AskedPoll | None:
    """Count a poll of an organisation whose end has come: each residence for its members, all of it for who asked.

    Done twice, nothing is counted again; nothing for one that was taken back.
    """
    over = AskedPoll.objects.filter(mailing=mailing_id, totals__isnull=True, ends_at__lte=timezone.now())
    locked = over.filter(mailing__withdrawn_at=None).select_for_update(of=["self"]).select_related("mailing__mandate")
    asked = locked.first()
    if asked is None:
        return None
    with second_lock.opened(list(asked.mailing.residences.values_list("pk", flat=True))):
        polls = list(Poll.objects.filter(mailing=mailing_id).select_for_update(of=["self"]))
        votes = Vote.objects.filter(poll__mailing=mailing_id)
        given = {
            (poll, place): number for poll, place, number in votes.values_list("poll", "choice").annotate(Count("pk"))
        }
        numbers = {poll: [given.get((poll.pk, place), 0) for place in range(len(poll.choices))] for poll in polls}
        asked.totals = told_of_all(asked, [sum(column) for column in zip(*numbers.values(), strict=True)])
        asked.save(update_fields=["totals"])
        for poll, inside in numbers.items():
            poll.totals = told_inside(inside) if poll.residence_id else asked.totals
        Poll.objects.bulk_update(polls, ["totals"], batch_size=1_000)
        votes.delete()
    return asked


def told_inside(numbers: list[int]) -> list[int]:
    """Return what the members of a residence read."""
    return numbers if sum(numbers) >= LEAST_INSIDE else []


def told_outside(numbers: Sequence[int], *, of: str) -> list[int]:
    """Return what may be told of each answer outside a residence, by the secrets of whom it is told."""
    return [in_tens(number, of=of) for number in numbers] if are_enough(sum(numbers), of=of) else []


def told_of_all(asked: AskedPoll, numbers: Sequence[int]) -> list[int]:
    """Return what an organisation is told; nothing where it asked fewer homes, by public data, than a figure takes."""
    if asked.mailing.homes < LEAST:
        return []
    return told_outside(numbers, of=f"polls asked by {asked.mailing.mandate.organisation_id}")
