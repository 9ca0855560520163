"""Who manages a residence: granted by the operator's staff or carried by a mandate, ended by them or by the manager."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Residence
from scopes.errors import Refused
from scopes.organisation_models import Acting, Mandate, MandatedResidence, Organisation
from scopes.people import Account
from scopes.proof_models import Management

#: Whose mandates carry the right to keep residences.
CARRIED = (Organisation.Kind.AGENT, Organisation.Kind.LANDLORD)


@transaction.atomic
def grant_management(*, staff: Account, account: Account, residence: Residence) -> Management:
    """Let an account manage a residence; granted twice, granted once. Raises `Refused` for who is not staff."""
    if not staff.is_staff:
        raise Refused
    if residence.closed_on or residence.houses_of_id:
        raise InvalidParameter("residence", _("Cette résidence n’a pas de gestionnaire."))
    management, _made = Management.objects.get_or_create(
        account=account, residence=residence, mandate=None, ended_at=None, defaults={"granted_by": staff}
    )
    return management


def carry(mandate: Mandate) -> None:
    """Let those responsible for a managing agent or a landlord manage what its granted mandate names whole.

    The rows say who may; whether they do is read off the mandate (`Management.objects.standing`): nothing is to be
    ended when it ends. Who manages a residence already does so no twice; carried twice, it is carried once.
    """
    if mandate.organisation.kind not in CARRIED:
        return
    responsible = mandate.organisation.actings.filter(ended_at=None, role=Acting.Role.RESPONSIBLE)
    for account_id in responsible.values_list("account", flat=True):
        already = Management.objects.filter(account=account_id, ended_at=None, mandate=None).values("residence")
        named = mandate.mandated.filter(entrances=[]).exclude(residence__in=already)
        Management.objects.bulk_create(
            (
                Management(account_id=account_id, residence_id=pk, mandate=mandate, granted_by_id=mandate.granted_by_id)
                for pk in named.values_list("residence", flat=True)
            ),
            ignore_conflicts=True,
        )


def keep_managers(before: list[Residence], after: list[Residence]) -> None:
    """Let those who managed all the residences that were merged or split manage what follows.

    A mandate that named all of them whole names what follows: its residents were told of it.
    """
    standing = Management.objects.filter(residence__in=before, ended_at__isnull=True, mandate=None)
    managing = standing.values("account").annotate(number=Count("residence")).filter(number=len(before))
    for account_id in managing.values_list("account", flat=True):
        for residence in after:
            Management.objects.get_or_create(account_id=account_id, residence=residence, mandate=None, ended_at=None)
    named = MandatedResidence.objects.filter(residence__in=before, entrances=[], mandate__ended_at=None)
    whole = named.values("mandate").annotate(number=Count("residence")).filter(number=len(before))
    for mandate in Mandate.objects.filter(pk__in=whole.values("mandate")).select_related("organisation"):
        for residence in after:
            MandatedResidence.objects.get_or_create(mandate=mandate, residence=residence)
        if mandate.granted_at:
            carry(mandate)


@transaction.atomic
def end_management(*, by: Account, management: Management) -> Management:
    """End a management; those confirmed stay, the rights of the caretaker and council it confirmed end with it."""
    management = Management.objects.select_for_update().get(pk=management.pk)
    if not by.is_staff and management.account_id != by.pk:
        raise Refused
    if management.ended_at is None:
        management.ended_at = timezone.now()
        management.save(update_fields=["ended_at"])
    return management
