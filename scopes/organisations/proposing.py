"""An account proposes an organisation it acts for; those who run the site admit it, or not."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from geo.texts import one_line
from geo.towns import find_municipality
from scopes.errors import Refused
from scopes.organisation_models import Acting, Contest, Organisation
from scopes.people import Account
from scopes.registries import after_ending, after_mandate

#: Organisations of one account that wait to be admitted.
MOST_WAITING = 3
#: W, the department, and the number: W442001234, overseas W9T1002867.
_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")


@transaction.atomic
def propose(
    *, account: Account, kind: str, name: str, contact: str, siret: str = "", rna: str = "", commune: str = ""
) -> Organisation:
    """Propose an organisation, with the account as the one responsible for it.

    A town hall names its commune. It and an association may have no SIRET; every other has one. Raises
    `InvalidParameter` naming the field.
    """
    if kind not in Organisation.Kind.values:
        raise InvalidParameter("kind", _("Choisissez ce que vous êtes."))
    nameless = _("Écrivez le nom de l’organisme, comme sur ses papiers.")
    name = one_line(name, parameter="name", shortest=2, longest=120, missing=nameless)
    unreachable = _("Écrivez où les habitants peuvent vous joindre : un téléphone, une adresse.")
    contact = one_line(contact, parameter="contact", shortest=4, longest=200, missing=unreachable)
    Account.objects.select_for_update().get(pk=account.pk)
    waiting = Organisation.objects.filter(actings__account=account, admitted_at__isnull=True, ended_at__isnull=True)
    if waiting.count() >= MOST_WAITING:
        raise InvalidParameter("name", _("Trois organismes attendent déjà : nous regardons ceux-là d’abord."))
    organisation = Organisation.objects.create(
        kind=kind,
        name=name,
        contact=contact,
        siret=_siret(siret, kind),
        rna=_rna(rna, kind),
        municipality=_commune(commune, kind),
    )
    Acting.objects.create(account=account, organisation=organisation, role=Acting.Role.RESPONSIBLE)
    return organisation


@transaction.atomic
def admit(*, staff: Account, organisation: Organisation) -> Organisation:
    """Say that an organisation is what it says. Raises `Refused` for who is not staff, and for who acts for it."""
    if not staff.is_staff:
        raise Refused
    if acting_as(staff, organisation):
        raise Refused(_("Vous agissez pour cet organisme : quelqu’un d’autre de l’équipe décide."))
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.ended_at:
        raise Refused
    if organisation.admitted_at is None:
        organisation.admitted_at = timezone.now()
        try:
            with transaction.atomic():
                organisation.save(update_fields=["admitted_at"])
        except IntegrityError as error:
            raise Refused(_("Un organisme admis porte déjà ce numéro, ou parle déjà pour cette commune.")) from error
    return organisation


@transaction.atomic
def end(*, staff: Account, organisation: Organisation) -> Organisation:
    """Refuse an organisation, or end it: from now on it sends nothing, and its mandates are over."""
    if not staff.is_staff:
        raise Refused
    return over(Organisation.objects.select_for_update().get(pk=organisation.pk))


def over(organisation: Organisation) -> Organisation:
    """End a locked organisation and all that hangs on it, in the caller's transaction."""
    now = timezone.now()
    if organisation.ended_at is None:
        organisation.ended_at = now
        organisation.save(update_fields=["ended_at"])
        mandates = list(organisation.mandates.filter(ended_at__isnull=True).select_for_update(of=["self"]))
        organisation.mandates.filter(ended_at__isnull=True).update(ended_at=now, ended_why="")
        Contest.objects.filter(mandate__organisation=organisation, settled_at__isnull=True).update(settled_at=now)
        organisation.actings.filter(ended_at__isnull=True).update(ended_at=now)
        for mandate in mandates:
            after_mandate(mandate)
        after_ending(organisation)
    return organisation


def acting_as(account: Account, organisation: Organisation) -> Acting | None:
    """Return how the account acts for an organisation today; nothing where it does not."""
    return organisation.actings.filter(account=account, ended_at=None, organisation__ended_at=None).first()


def acting_for(account: Account) -> list[Organisation]:
    """Return the organisations that the account acts for, by name."""
    acted = {"actings__account": account, "actings__ended_at": None, "ended_at": None}
    return list(Organisation.objects.filter(**acted).order_by("name", "pk"))


def _siret(text: str, kind: str) -> str:
    if not text.strip():
        if kind in (Organisation.Kind.ASSOCIATION, Organisation.Kind.MUNICIPALITY):
            return ""
        raise InvalidParameter("siret", _("Écrivez le SIRET : quatorze chiffres, sur vos factures."))
    try:
        return siret_number.validate(text)
    except ValidationError as error:
        raise InvalidParameter("siret", _("Ce SIRET n’existe pas : relisez ses quatorze chiffres.")) from error


def _rna(text: str, kind: str) -> str:
    number = "".join(text.split()).upper()
    if not number:
        return ""
    if kind != Organisation.Kind.ASSOCIATION or not _RNA.fullmatch(number):
        raise InvalidParameter("rna", _("Ce numéro RNA n’existe pas : un W et neuf signes, comme W442001234."))
    return number


def _commune(text: str, kind: str) -> Municipality | None:
    if kind != Organisation.Kind.MUNICIPALITY:
        return None
    if not text.strip():
        raise InvalidParameter("commune", _("Écrivez votre commune, ou son code INSEE."))
    try:
        return find_municipality(text)
    except NotFound as error:
        raise InvalidParameter("commune", str(error)) from error
