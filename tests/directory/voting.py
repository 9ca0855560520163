"""Short words for tests of polls: asked, voted in, over."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from directory.asking_homes import Question, ask_homes
from directory.counting_votes import count_asked_poll, count_poll
from directory.household_keys import key_of
from directory.models import AskedPoll, Listing, Mailing, Poll, Vote
from directory.notice_audiences import audience_of
from directory.polling import ask_all, vote
from directory.publishing import refresh_entries
from geo.models import Residence
from scopes import second_lock
from scopes.models import Account, Mandate, Membership
from scopes.organisations.proposing import acting_as
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


def everywhere():
    """Every residence opened."""
    return second_lock.opened(Residence.objects.values_list("pk", flat=True))


def fill(poll: Poll, *numbers: int) -> None:
    """So many households answer each answer."""
    answers = [choice for choice, number in enumerate(numbers) for _each in range(number)]
    rows = [
        Vote(poll=poll, residence_id=poll.residence_id, voter=key_of(1_000_000 + place, poll), choice=choice)
        for place, choice in enumerate(answers)
    ]
    with second_lock.opened([poll.residence_id] if poll.residence_id else []):
        Vote.objects.bulk_create(rows)


def ask_under(account: Account, mandate: Mandate, to: str = "all", *, question: str = "Des vélos ?", **more) -> Mailing:
    """An organisation asks homes under its mandate, until tomorrow evening unless `ends_on` says otherwise."""
    ends_on, choices = more.pop("ends_on", timezone.localdate() + A_DAY), more.pop("choices", ["Oui", "Non"])
    acting = acting_as(account, mandate.organisation)
    audience = audience_of(mandate=mandate, acting=acting, to=to, parameters=more)
    asked = Question(question=question, choices=choices, ends_on=ends_on)
    return ask_homes(account=account, mandate=mandate, audience=audience, asked=asked)


def readable(mailing: Mailing) -> Mailing:
    """It was sent an hour ago."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=an_hour_ago)
    with everywhere():
        asked = Listing.objects.filter(poll__mailing=mailing)
        asked.update(opens_at=an_hour_ago)
        refresh_entries(list(asked.filter(residence=None).values_list("pk", flat=True)))
    return mailing


def poll_in(mailing: Mailing, residence: Residence | None = None) -> Poll:
    """The poll of a mailing in a residence, or that of its area."""
    with everywhere():
        return Poll.objects.select_related("mailing__asked_poll").get(mailing=mailing, residence=residence)


def end_asked(mailing: Mailing) -> AskedPoll:
    """The poll is over since a minute ago, and counted."""
    now = timezone.now() - timedelta(minutes=1)
    with everywhere():
        Poll.objects.filter(mailing=mailing).update(ends_at=now)
    AskedPoll.objects.filter(mailing=mailing).update(ends_at=now)
    count_asked_poll(mailing_id=mailing.pk)
    return AskedPoll.objects.get(mailing=mailing)
