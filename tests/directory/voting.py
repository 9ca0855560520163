"""Short words for tests of polls: asked, voted in, over."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from directory.counting_votes import count_poll
from directory.models import Poll
from directory.polling import ask_all, vote
from scopes import second_lock
from scopes.models import Membership
from tests.directory.speaking import looking

A_DAY = timedelta(days=1)


def ask(someone: Membership, level: str, question: str = "Repeindre le hall ?", **more: object) -> Poll:
    """A poll of two answers, open until tomorrow evening."""
    said = {"choices": ["Oui", "Non"], "ends_on": timezone.localdate() + A_DAY, **more}
    with looking(someone) as viewer:
        return ask_all(home=viewer.home, question=question, level=level, **said)


def votes(someone: Membership, poll: Poll, choice: int = 0) -> None:
    """Someone votes."""
    with looking(someone) as viewer:
        vote(viewer=viewer, public_id=poll.public_id, choice=choice)


def end(poll: Poll) -> Poll:
    """The poll is over since a minute ago, and counted."""
    with second_lock.opened([poll.residence_id] if poll.residence_id else []):
        Poll.objects.filter(pk=poll.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
        count_poll(poll_id=poll.pk, residence_id=poll.residence_id)
        return Poll.objects.get(pk=poll.pk)
