"""Who manages a residence: granted by the operator's staff, ended by them or by the manager."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Residence
from scopes.errors import Refused
from scopes.people import Account
from scopes.proof_models import Management


@transaction.atomic
def grant_management(*, staff: Account, account: Account, residence: Residence) -> Management:
    """Let an account manage a residence; granted twice, granted once. Raises `Refused` for who is not staff."""
    if not staff.is_staff:
        raise Refused
    if residence.closed_on or residence.houses_of_id:
        raise InvalidParameter("residence", _("Cette résidence n’a pas de gestionnaire."))
    management, _made = Management.objects.get_or_create(
        account=account, residence=residence, ended_at=None, defaults={"granted_by": staff}
    )
    return management


def keep_managers(before: list[Residence], after: list[Residence]) -> None:
    """Let those who managed all the residences that were merged or split manage what follows."""
    standing = Management.objects.filter(residence__in=before, ended_at__isnull=True)
    managing = standing.values("account").annotate(number=Count("residence")).filter(number=len(before))
    for account_id in managing.values_list("account", flat=True):
        for residence in after:
            Management.objects.get_or_create(account_id=account_id, residence=residence, ended_at=None)


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
