"""Counts the polls that are over, once: totals stay, votes go.

Inside a residence its members read the numbers themselves, from three households on. Elsewhere nothing is told of fewer
than 20 answers, and numbers are in tens, rounded up or down by a secret of the circle (docs/adr/0016).
"""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.utils import timezone

from directory.models import Poll
from scopes import second_lock
from scopes.models import Level
from scopes.reach_table import are_enough, in_tens

#: Households inside a residence, below which a total would tell who answered what.
LEAST_INSIDE = 3


@transaction.atomic
def count_poll(*, poll_id: int, residence_id: int | None) -> Poll | None:
    """Count a poll whose end has come; done twice, nothing is counted again. Nothing for one that is not there."""
    with second_lock.opened([residence_id] if residence_id else []):
        over = Poll.objects.filter(pk=poll_id, totals__isnull=True, ends_at__lte=timezone.now())
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
        return numbers if sum(numbers) >= LEAST_INSIDE else []
    # The same secret for all polls of a circle: who asks again learns nothing more.
    circle = f"polls of {poll.audience}"
    return [in_tens(number, of=circle) for number in numbers] if are_enough(sum(numbers), of=circle) else []
