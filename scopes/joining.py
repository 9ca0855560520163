"""Joins a residence: a person asks, and enters when proofs suffice; each year they are to suffice again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.houses import circle_of
from geo.models import Residence
from scopes.home_mails import tell_entered, tell_put_back
from scopes.homes import MOST_HOMES, PROVED, PROVISIONAL, Household, Membership
from scopes.people import Account, Alias
from scopes.proof_models import Objection
from scopes.proofs.table import WAITS, Kind, suffices

#: Proofs that come while the person is not looking.
GIVEN_BY_OTHERS = (Kind.CONFIRMATION, Kind.WORD)


@transaction.atomic
def ask_to_join(*, account: Account, residence: Residence, role: str, household: Household | None = None) -> Membership:
    """Ask to belong to a residence; a house leads to the circle of the houses of its cell.

    Asked twice, returns the first request. Raises `InvalidParameter` for an unknown role, a residence that is no more
    or has no public cell, and beyond three homes. What is answered never depends on who lives there.
    """
    if role not in Membership.Role.values:
        raise InvalidParameter("role", _("Choisissez ce que vous êtes dans la résidence."))
    # One request of an account after the other: three homes at most, and one request in each residence.
    Account.objects.select_for_update().get(pk=account.pk)
    circle = circle_of(Residence.objects.get(pk=residence.pk))
    if circle is None or circle.closed_on or circle.public_cell_id is None:
        raise InvalidParameter("residence", _("On ne peut pas encore rejoindre cette résidence ici."))
    standing = Membership.objects.filter(account=account, ended_at__isnull=True)
    same = standing.filter(residence=circle).first()
    if same:
        return same
    if standing.count() >= MOST_HOMES:
        raise InvalidParameter("residence", _("Trois domiciles au plus : quittez-en un d’abord."))
    return Membership.objects.create(
        account=account,
        alias=Alias.objects.create(account=account, cell_id=circle.public_cell_id),
        household=household or Household.objects.create(),
        residence=circle,
        role=role,
    )


def consider(membership: Membership) -> Membership:
    """Let a person enter, or stay another year, when the proofs that wait suffice; in the transaction that gave one."""
    waiting = membership.proofs.filter(spent=False, holds=True, given_at__gt=timezone.now() - WAITS)
    if suffices(_kinds(waiting), houses=_of_houses(membership), letter_only=letter_decides(membership)):
        _begin_year(membership)
    return membership


def reconsider(membership: Membership) -> Membership:
    """Put a person back to asking when what is left of the proofs does not suffice; once one was taken back."""
    if membership.entered_at is None or membership.ended_at is not None:
        return membership
    spent = membership.proofs.filter(spent=True)
    contested = membership.objections.filter(settled_at__isnull=True).exists()
    if suffices(_kinds(spent), houses=_of_houses(membership), letter_only=contested):
        return membership
    spent.exclude(kind__in=membership.proofs.filter(spent=False).values("kind")).update(spent=False)
    membership.proofs.filter(spent=True).delete()
    membership.entered_at = membership.provisional_until = membership.proved_until = membership.announced_at = None
    membership.chosen = False
    membership.save(update_fields=["entered_at", "provisional_until", "proved_until", "announced_at", "chosen"])
    choose_another(membership.account)
    tell_put_back(membership.account)
    return membership


def letter_decides(membership: Membership) -> bool:
    """Whether a letter alone opens: nobody lives there yet who could know a neighbour, or one objected."""
    if membership.objections.filter(settled_at__isnull=True).exists():
        return True
    if _is_in(membership):
        return False
    others = Membership.objects.settled().filter(residence=membership.residence_id).exclude(account=membership.account)
    return not others.exclude(role=Membership.Role.ABSENT_OWNER).exists()


def choose_another(account: Account) -> None:
    """Make the oldest current home the chosen one, where none is."""
    standing = account.memberships.filter(ended_at__isnull=True)
    if not standing.filter(chosen=True).exists():
        first = Membership.objects.current().filter(account=account).order_by("entered_at", "pk").values("pk")[:1]
        Membership.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(chosen=True)


def _begin_year(membership: Membership) -> None:
    """Open the home, provisional for a week where it was not open; what proved the last year is forgotten."""
    now = timezone.now()
    if not _is_in(membership):
        if membership.residence.closed_on:
            return
        membership.entered_at, membership.provisional_until = now, now + PROVISIONAL
        if membership.proofs.filter(spent=False, kind__in=GIVEN_BY_OTHERS).exists():
            tell_entered(membership.account)
    membership.proved_until = now + PROVED
    membership.save(update_fields=["entered_at", "provisional_until", "proved_until"])
    membership.proofs.filter(Q(spent=True) | Q(holds=False)).delete()
    if membership.proofs.filter(kind=Kind.LETTER).exists():
        Objection.objects.filter(membership=membership, settled_at__isnull=True).update(settled_at=now)
    membership.proofs.update(spent=True)
    membership.introductions.all().delete()
    choose_another(membership.account)
    membership.refresh_from_db(fields=["chosen"])


def _is_in(membership: Membership) -> bool:
    return membership.entered_at is not None and membership.proved_until > timezone.now()


def _of_houses(membership: Membership) -> bool:
    return membership.residence.houses_of_id is not None


def _kinds(proofs) -> set[str]:
    return set(proofs.values_list("kind", flat=True))


def stands_without(membership: Membership, kinds: set[str]) -> bool:
    """Tell whether the home would be open without these proofs."""
    return suffices(_kinds(membership.proofs.filter(spent=True)) - kinds, houses=_of_houses(membership))
