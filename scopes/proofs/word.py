"""The word of two neighbouring households, who know the person: "je le connais"."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scopes.errors import Refused
from scopes.homes import Household, Membership
from scopes.joining import stands_without
from scopes.proof_models import Introduction, Proof, Word
from scopes.proofs.proving import locked, prove, take_back
from scopes.proofs.table import WAITS, Kind

HOUSEHOLDS_NEEDED = 2
#: Words that a household may give in a year.
A_YEAR, WORDS_IN_A_YEAR = timedelta(days=365), 3


@transaction.atomic
def give_word(*, giver: Membership, newcomer: Membership) -> Membership:
    """Give the word of one's household for a neighbour; two households' are a proof.

    Raises `Refused` when the giver is not settled in the same residence, is of the same household, depends on a word
    itself (so that words make no rings), or has given three this year.
    """
    Household.objects.select_for_update().get(pk=giver.household_id)
    newcomer = locked(newcomer.pk)
    if not _may_give(giver, newcomer):
        raise Refused(_("Votre foyer ne peut pas donner son mot pour cette personne."))
    words = Word.objects.filter(household=giver.household_id)
    if standing_words(newcomer).filter(household=giver.household_id).exists():
        return newcomer
    this_year = words.filter(given_at__gt=timezone.now() - A_YEAR).exclude(membership=newcomer)
    if this_year.count() >= WORDS_IN_A_YEAR:
        raise Refused(_("Votre foyer a déjà donné trois fois son mot cette année."))
    renewed = {"given_at": timezone.now(), "withdrawn_at": None}
    Word.objects.update_or_create(household_id=giver.household_id, membership=newcomer, defaults=renewed)
    if standing_words(newcomer).count() >= HOUSEHOLDS_NEEDED:
        return prove(membership=newcomer, kind=Kind.WORD)
    return newcomer


@transaction.atomic
def withdraw_word(*, giver: Membership, newcomer: Membership) -> Membership:
    """Take one's household's word back, while the newcomer is not settled."""
    newcomer = locked(newcomer.pk)
    settled = newcomer.entered_at and newcomer.provisional_until <= timezone.now()
    words = Word.objects.filter(household=giver.household_id, membership=newcomer, withdrawn_at__isnull=True)
    if settled or not words.update(withdrawn_at=timezone.now()):
        raise Refused
    if standing_words(newcomer).count() < HOUSEHOLDS_NEEDED:
        take_back(Proof.objects.filter(membership=newcomer, kind=Kind.WORD))
    return locked(newcomer.pk)


def standing_words(newcomer: Membership):
    """Words given for this person lately that nobody took back."""
    return Word.objects.filter(membership=newcomer, withdrawn_at__isnull=True, given_at__gt=timezone.now() - WAITS)


def standing_words_of(giver: Membership):
    """Words that this person's household gave lately and did not take back."""
    return Word.objects.filter(
        household=giver.household_id,
        membership__isnull=False,
        withdrawn_at__isnull=True,
        given_at__gt=timezone.now() - WAITS,
    )


def introduced_to_neighbours(giver: Membership):
    """Those who asked this person's neighbours for their word, longest waiting first, but for those answered."""
    introduced = Membership.objects.filter(
        residence=giver.residence_id, introductions__to=Introduction.To.NEIGHBOURS, ended_at__isnull=True
    )
    answered = standing_words_of(giver).values("membership")
    return (
        introduced.exclude(household=giver.household_id)
        .exclude(pk__in=answered)
        .exclude(objections__household=giver.household_id)
        .select_related("alias__account")
        .order_by("introductions__made_at", "pk")
    )


def may_vouch(giver: Membership) -> bool:
    """Tell whether a member's household may give its word at all: settled, living there, and not on a word itself."""
    settled = Membership.objects.settled().filter(pk=giver.pk).exclude(role=Membership.Role.ABSENT_OWNER)
    return settled.exists() and any(
        stands_without(member, {Kind.WORD, Kind.HOUSEHOLD})
        for member in Membership.objects.settled().filter(household=giver.household_id, residence=giver.residence_id)
    )


def _may_give(giver: Membership, newcomer: Membership) -> bool:
    return (
        newcomer.residence_id == giver.residence_id
        and newcomer.household_id != giver.household_id
        and newcomer.account_id != giver.account_id
        and newcomer.ended_at is None
        and may_vouch(giver)
    )
