"""What `directory` knows of how a person reacted: found by the keys of their households, which no column names."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from directory.models import Ask, AskedPoll, AskPhoto, AskReply, Interest, Mailing, ReadFigure, ReadMark, Vote
from directory.polling import uncounted_near, votes_of_household
from directory.reading import marks_of
from scopes.models import Membership
from scopes.rights.registry import Person, part, register


def register_reactions() -> None:
    """Register votes, what was read, and what was asked."""
    register(
        Vote,
        title=_("votes de votre foyer"),
        purpose=_("compter une voix par foyer"),
        kept=_("jusqu’à la fin du sondage ; il n’en reste que des totaux"),
        rows=_votes,
        without=frozenset({"voter"}),
        also=lambda vote: {"question": vote.poll.title, "answer": vote.poll.choices[vote.choice]},
        erase=_leave_votes,
    )
    register(
        ReadMark,
        title=_("avis que votre foyer dit avoir lus"),
        purpose=_("en dire une proportion à l’organisme, une fois, sans vous nommer"),
        kept=_("sept jours après l’envoi"),
        rows=_marks,
        without=frozenset({"reader", "is_counted"}),
        also=lambda mark: {"notice": mark.notice.title},
        erase=_leave_marks,
    )
    for model in (ReadFigure, AskedPoll):
        part(model, of=Mailing)
    register(
        Interest,
        title=_("offres que vous gardez"),
        purpose=_("vous montrer leur bon, et en dire une fourchette au commerce, sans vous nommer"),
        kept=_("jusqu’au compte du trimestre, ou la fin de l’offre si elle vient après"),
        rows=lambda person: Interest.objects.filter(account=person.account_id).select_related("promotion"),
        also=lambda interest: {"offer": interest.promotion.title},
    )
    register(
        Ask,
        title=_("ce que vous avez demandé à un organisme"),
        purpose=_("le lui transmettre, et vous montrer sa réponse"),
        kept=_("jusqu’à ce que vous partiez"),
        rows=lambda person: Ask.objects.filter(author__in=person.alias_ids).select_related("organisation"),
        without=frozenset({"about", "post"}),
        also=lambda ask: {"replies": list(ask.replies.values("text", "written_at"))},
        files=_photos,
    )
    for model in (AskPhoto, AskReply):
        part(model, of=Ask)


def _votes(person: Person) -> QuerySet[Vote]:
    """The votes of the person's households in polls that are not counted yet."""
    found = [
        vote.pk
        for membership in _memberships(person)
        for vote in votes_of_household(membership.household_id, uncounted_near(membership))
    ]
    return Vote.objects.filter(pk__in=found).select_related("poll")


def _leave_votes(votes: QuerySet[Vote], *, person: Person, with_words: bool) -> None:
    """Take back the votes of households that nobody else belongs to; another's is theirs as much."""
    for membership in _alone(person):
        gone = votes_of_household(membership.household_id, uncounted_near(membership))
        Vote.objects.filter(pk__in=[vote.pk for vote in gone]).delete()


def _marks(person: Person) -> QuerySet[ReadMark]:
    """What the person's households said to have read, as long as it is not counted."""
    found = [mark.pk for membership in _memberships(person) for mark in marks_of(membership)]
    return ReadMark.objects.filter(pk__in=found).select_related("notice")


def _leave_marks(marks: QuerySet[ReadMark], *, person: Person, with_words: bool) -> None:
    """Take back what households said that nobody else belongs to."""
    for membership in _alone(person):
        ReadMark.objects.filter(pk__in=[mark.pk for mark in marks_of(membership)]).delete()


def _alone(person: Person) -> Iterator[Membership]:
    """The person's memberships whose household is nobody else's."""
    shared = Membership.objects.current().filter(household__in=person.household_ids)
    shared = set(shared.exclude(pk__in=person.membership_ids).values_list("household", flat=True))
    return (membership for membership in _memberships(person) if membership.household_id not in shared)


def _photos(ask: Ask) -> Iterator[tuple[str, bytes]]:
    """Give the photo of what was asked, by the name that it has."""
    for photo in AskPhoto.objects.filter(ask=ask):
        yield f"{photo.public_id}.jpg", bytes(photo.content)


def _memberships(person: Person) -> QuerySet[Membership]:
    return Membership.objects.filter(pk__in=person.membership_ids).select_related("alias__cell")
