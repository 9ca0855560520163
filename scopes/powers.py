"""Who may act for a residence: its manager, its landlord for tenants, the caretaker or council the manager confirmed.

A role is what someone says; it opens no power until a manager has confirmed it.
"""

from __future__ import annotations

from geo.models import Residence
from scopes.homes import Membership, MembershipQuerySet
from scopes.people import Account
from scopes.proof_models import Management
from scopes.proofs.table import Kind

Role = Membership.Role


def confirmed(*roles: Role) -> MembershipQuerySet:
    """Settled members in one of these roles, whom someone who still manages the residence confirmed."""
    managements = Management.objects.whole()
    by_manager = {"proofs__spent": True, "proofs__kind": Kind.CONFIRMATION, "proofs__management__in": managements}
    return Membership.objects.settled().filter(role__in=roles, **by_manager)


def residences_kept_by(account: Account, *roles: Role) -> list[Residence]:
    """Return the residences that the account manages, or keeps in one of these roles, by name."""
    managed = Residence.objects.filter(managements__in=Management.objects.whole().filter(account=account))
    kept = Residence.objects.filter(memberships__in=confirmed(*roles).filter(account=account))
    return sorted(
        (managed | kept).select_related("municipality").distinct(), key=lambda residence: (str(residence), residence.pk)
    )


def management_of(account: Account, residence_id: int) -> Management | None:
    """Return the account's right to manage this residence, or None."""
    return Management.objects.whole().filter(account=account, residence=residence_id).order_by("pk").first()


def tenants_management_of(account: Account, residence_id: int) -> Management | None:
    """Return the account's right to confirm tenants of this residence, as its landlord, or None."""
    return Management.objects.of_tenants().filter(account=account, residence=residence_id).order_by("pk").first()


def residences_let_by(account: Account) -> list[Residence]:
    """Return the residences whose tenants the account confirms, by name."""
    let = Residence.objects.filter(managements__in=Management.objects.of_tenants().filter(account=account))
    return sorted(let.select_related("municipality").distinct(), key=lambda residence: (str(residence), residence.pk))


def membership_keeping(account: Account, residence_id: int, *roles: Role) -> Membership | None:
    """Return the account's own membership that keeps this residence in one of these roles, or None."""
    return confirmed(*roles).filter(account=account, residence=residence_id).first()
