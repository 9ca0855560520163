"""Whom an account acts for, in which role, and which town it speaks for."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.models import Municipality
from scopes.errors import Refused
from scopes.organisation_models import Acting, Organisation
from scopes.organisations.proposing import acting_as
from scopes.people import Account


def acts_for(account: Account, organisation: Organisation, *, responsible: bool = False) -> bool:
    """Whether the account acts for an organisation that is not over; if so asked, as one responsible for it."""
    acting = acting_as(account, organisation)
    return acting is not None and (not responsible or acting.role == Acting.Role.RESPONSIBLE)


def held_for(account: Account, organisation: Organisation) -> Organisation:
    """Lock an organisation that the account is responsible for, in the caller's transaction; else raise `Refused`."""
    organisation = Organisation.objects.select_for_update(of=["self"]).get(pk=organisation.pk)
    if not acts_for(account, organisation, responsible=True):
        raise Refused(_("Seul un responsable de l’organisme peut le faire."))
    return organisation


def who_answers_for(organisation: Organisation) -> list[Account]:
    """Return the accounts that are responsible for an organisation."""
    responsible = organisation.actings.filter(ended_at=None, role=Acting.Role.RESPONSIBLE).select_related("account")
    return [acting.account for acting in responsible.order_by("pk")]


def acting_for_all() -> QuerySet[Acting]:
    """Return how people act today for all of an organisation that is not over."""
    standing = {"ended_at": None, "organisation__ended_at": None, "account__is_active": True}
    return Acting.objects.filter(everywhere=True, **standing)


def responsible_for(account: Account) -> QuerySet[Organisation]:
    """The organisations that the account is responsible for, by name."""
    acting = Acting.objects.filter(account=account, ended_at=None, role=Acting.Role.RESPONSIBLE)
    return Organisation.objects.filter(pk__in=acting.values("organisation"), ended_at=None).order_by("name", "pk")


def town_halls_of(account: Account, *, responsible: bool = False) -> QuerySet[Organisation]:
    """The town halls that the account acts for, once those who run the site admitted them; if so asked, as their
    responsible: who writes for a town hall reads what waits there, and decides nothing.
    """
    acting = Acting.objects.filter(account=account, ended_at=None, everywhere=True)
    if responsible:
        acting = acting.filter(role=Acting.Role.RESPONSIBLE)
    admitted = {"kind": Organisation.Kind.MUNICIPALITY, "admitted_at__isnull": False, "ended_at": None}
    return Organisation.objects.filter(pk__in=acting.values("organisation"), **admitted).order_by("pk")


def town_spoken_for(account: Account, municipality: Municipality) -> Organisation | None:
    """The town hall of this commune that the account is responsible for."""
    return town_halls_of(account, responsible=True).filter(municipality=municipality).first()
