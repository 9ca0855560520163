"""Contests a decision, once: its author says why, and another moderator decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from directory.case_querysets import CaseQuerySet
from directory.errors import AlreadyDecided
from directory.models import Appeal, Case, Decision, Listing, Mailing
from directory.moderation_models import LONGEST_WORDS
from geo.errors import NotFound
from geo.texts import paragraphs
from scopes import second_lock
from scopes.models import Acting, Membership
from scopes.viewer import Viewer


@contextmanager
def own_residences(viewer: Viewer) -> Iterator[None]:
    """Open the residences that the viewer ever entered: who has left still reads what was decided about their words."""
    with second_lock.opened(_entered(viewer)):
        yield


@contextmanager
def own_cases(viewer: Viewer) -> Iterator[None]:
    """Open besides those to which an organisation that the viewer answers for has written.

    For `CaseQuerySet.of` alone, which finds there what was decided about its words; no page says in which it was.
    """
    responsible = Acting.objects.filter(account=viewer.account_id, ended_at=None, role=Acting.Role.RESPONSIBLE)
    mailings = Mailing.objects.filter(mandate__organisation__in=responsible.values("organisation"))
    written_to = Mailing.residences.through.objects.filter(mailing__in=mailings)
    with second_lock.opened(_entered(viewer) | set(written_to.values_list("residence", flat=True).distinct())):
        yield


def _entered(viewer: Viewer) -> set[int]:
    ever = Membership.objects.filter(account=viewer.account_id, entered_at__isnull=False)
    return set(ever.values_list("residence", flat=True))


@transaction.atomic
def appeal(*, viewer: Viewer, case: UUID, words: str) -> Appeal:
    """Contest the decision that hid what the viewer said; return the appeal, and the case waits again.

    Raises `NotFound` for what is not the viewer's or was never hidden, `AlreadyDecided` when it was contested before.
    """
    words = paragraphs(words, parameter="words", longest=LONGEST_WORDS)
    with own_cases(viewer):
        contested = Case.objects.of(viewer).select_for_update().filter(public_id=case).first()
        if contested is None:
            raise NotFound
        if not may_appeal(contested):
            raise AlreadyDecided
        made = Appeal.objects.create(
            decision=contested.decisions.last(), residence_id=contested.residence_id, words=words
        )
        contested.closed_at = None
        contested.save(update_fields=["closed_at"])
        return made


def hidden_under(listing: Listing, viewer: Viewer) -> CaseQuerySet:
    """Cases of what the viewer answered under a listing and is hidden: to say so where the answer stood."""
    own = listing.answers.filter(author__in=viewer.alias_ids, hidden_at__isnull=False)
    return Case.objects.of(viewer).filter(subject__in=own.values("public_id"))


def may_appeal(case: Case) -> bool:
    """Whether the author may contest the case as it stands: what is hidden, and was not contested."""
    latest = case.decisions.last()
    return latest is not None and latest.deed == Decision.Deed.HIDE and not hasattr(latest, "contested")
