"""What is recommended of a listing: read with it, answered once by whom it is about, removed when they ask.

Who keeps the listing, or shares it, reads what is said of it wherever they live, without a name and without a place, as
its author is told: nobody answers what they may not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.audience import is_member
from directory.claiming import keeper_of
from directory.kinds import KINDS, facts_of, page_of
from directory.models import Case, Kind, Listing, Reason, Recommendation, Report
from directory.moderation_models import LONGEST_WORDS
from directory.recommendable import recommendable
from directory.reporting import MOST_REPORTS
from geo.errors import NotFound
from geo.texts import one_line, paragraphs
from scopes.models import Account
from scopes.organisations.acting import acts_for
from scopes.viewer import Viewer

LONGEST_REPLY, LONGEST_NAME = 1_000, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """One recommendation in words, as the page of what it is of shows it."""

    id: str
    url: str
    text: str
    #: First name and initial; empty for who is not among those it is addressed to.
    author: str
    when: str
    reply: str
    may_reply: bool


def recommended(listing: Listing, viewer: Viewer, account: Account | None) -> list[Recommended]:
    """What the viewer reads of a listing: nothing at all for who is no verified member, whatever was said."""
    if viewer.account_id is None:
        return []
    speaks = speaks_for(account, viewer, listing)
    found = Recommendation.objects.live().filter(subject=listing.public_id)
    found = found if speaks else found.visible_to(viewer)
    ordered = found.select_related("author__account", "category", "cell").order_by("-experienced_in", "public_id")
    return [_in_words(one, viewer, speaks=speaks) for one in ordered[:50]]


def recommends_from(listing: Listing, viewer: Viewer, account: Account | None) -> str:
    """The address from which a verified neighbour recommends a listing; empty for anyone else."""
    if viewer.home is None or not KINDS[Kind.RECOMMENDATION].may_say(viewer.home):
        return ""
    if recommendable(listing.public_id) is None or speaks_for(account, viewer, listing):
        return ""
    return f"{reverse('share', args=[KINDS[Kind.RECOMMENDATION].slug])}?subject={listing.public_id}"


def subject_of(one: Recommendation) -> Listing | None:
    """The listing that is recommended, while everyone may read it."""
    return recommendable(one.subject) if one.subject else None


def speaks_for(account: Account | None, viewer: Viewer, listing: Listing) -> bool:
    """Whether someone answers for a listing: shares it, or acts for the organisation that keeps it."""
    if listing.author_id is not None:
        return listing.author_id in viewer.alias_ids
    keeper = keeper_of(listing) if account is not None else None
    return keeper is not None and acts_for(account, keeper.organisation)


@transaction.atomic
def reply(*, viewer: Viewer, account: Account, public_id: UUID, text: str) -> Recommendation:
    """Answer, once, what is said of what one keeps or shares; raise `NotFound` for whatever is not of it."""
    # The listing too: whoever changes it holds that.
    held = Recommendation.objects.live().select_for_update(of=["self", "listing_ptr"])
    found = held.filter(public_id=public_id, reply="").first()
    listing = found and found.subject and recommendable(found.subject)
    if not listing or not speaks_for(account, viewer, listing):
        raise NotFound
    found.reply = paragraphs(text, parameter="text", longest=LONGEST_REPLY)
    found.replied_at = timezone.now()
    found.save(update_fields=["reply", "replied_at"])
    return found


@transaction.atomic
def ask_for_removal(*, public_id: UUID, name: str, contact: str, words: str) -> Case | None:
    """Ask, as the person it is about, that a recommendation be removed: a case for the staff on call.

    Whatever the public id, the answer is the same to who asks.
    """
    name = one_line(name, parameter="name", longest=LONGEST_NAME)
    contact = one_line(contact, parameter="contact", longest=LONGEST_NAME)
    words = paragraphs(words, parameter="words", longest=LONGEST_WORDS // 2)
    found = Listing.objects.live().filter(kind=Kind.RECOMMENDATION, public_id=public_id).first()
    if found is None:
        return None
    copied = Case(kind=Case.Kind.LISTING, subject=public_id, author_id=found.author_id, title=found.title)
    copied.text = found.description
    Case.objects.bulk_create([copied], ignore_conflicts=True)
    case = Case.objects.select_for_update().get(subject=public_id, closed_at__isnull=True)
    if case.reports.count() < MOST_REPORTS:
        asked = _("Retrait demandé par %(name)s (%(contact)s) : %(words)s")
        told = asked % {"name": name, "contact": contact, "words": words}
        Report.objects.create(case=case, reason=Reason.PRIVATE, words=told, by_subject=True)
    return case


def _in_words(one: Recommendation, viewer: Viewer, *, speaks: bool) -> Recommended:
    return Recommended(
        id=str(one.public_id),
        url="" if speaks and not is_member(viewer, one) else page_of(one),
        text=one.description,
        author=str(one.author) if one.author_id and is_member(viewer, one) else "",
        when=facts_of(one)[-1],
        reply=one.reply,
        may_reply=speaks and not one.reply,
    )
