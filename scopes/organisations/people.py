"""Who acts for an organisation: invited by a code good once, removed, made responsible; nobody else learns who."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.code_models import Code
from scopes.errors import CodeRefused, Refused
from scopes.managing import carry
from scopes.organisation_models import Acting, Mandate, Organisation
from scopes.organisations.acting import held_for
from scopes.organisations.proposing import acting_as, over
from scopes.people import Account
from scopes.proofs.attempting import begin_attempt, note_failure
from scopes.proofs.codes import digest_of, make_code, revoke, spaced
from scopes.sending import send

#: How long an invitation opens.
OPENS_FOR = timedelta(days=7)
#: Invitations of one organisation that nobody used yet.
MOST_INVITED = 10

Role = Acting.Role


@transaction.atomic
def invite(*, account: Account, organisation: Organisation, email: str = "") -> str:
    """Make a code by which someone comes to write for the organisation; mailed, it is shown to nobody here.

    Returns the code to hand over, or nothing where it was mailed. Raises `Refused` for who is not responsible. Before
    it is admitted nothing is mailed: anyone proposes any name, and ends it to begin anew.
    """
    organisation = held_for(account, organisation)
    if email and organisation.admitted_at is None:
        raise InvalidParameter(
            "email", _("Pas encore : remettez le code de la main à la main, ou attendez d’être admis.")
        )
    open_ = Code.objects.usable().filter(kind=Code.Kind.ACTING, organisation=organisation)
    if open_.count() >= MOST_INVITED:
        raise InvalidParameter("email", _("Dix invitations attendent déjà : attendez une semaine."))
    text, _code = make_code(kind=Code.Kind.ACTING, organisation=organisation, expires_at=timezone.now() + OPENS_FOR)
    if not email:
        return spaced(text)
    send(
        to=email,
        template="acting",
        language=account.language,
        use=OPENS_FOR,
        organisation=organisation.name,
        code=spaced(text),
    )
    return ""


def join(*, account: Account, text: str) -> Organisation:
    """Come to write for the organisation that this code invites to; raise `CodeRefused` for any other."""
    with transaction.atomic():
        attempts = begin_attempt(account)
        usable = Code.objects.usable().filter(kind=Code.Kind.ACTING, digest=digest_of(text))
        code = usable.filter(organisation__ended_at=None).select_for_update(of=["self"]).first()
        refused = None if code else note_failure(attempts, CodeRefused)
        if code and acting_as(account, code.organisation) is None:
            Code.objects.filter(pk=code.pk).update(uses=F("uses") + 1)
            Acting.objects.create(account=account, organisation=code.organisation, role=Role.WRITER)
    if refused:
        raise refused
    return code.organisation


@transaction.atomic
def remove(*, account: Account, acting: Acting) -> Acting:
    """Let someone write for the organisation no more."""
    acting = _other(account, acting)
    if acting.role == Role.RESPONSIBLE:
        raise Refused(_("Un responsable s’en va de lui-même."))
    return _ended(acting)


@transaction.atomic
def hand_over(*, account: Account, acting: Acting) -> Acting:
    """Make someone who writes for the organisation the one responsible, and write for it oneself from now on."""
    acting = _other(account, acting)
    own = acting_as(account, acting.organisation)
    acting.role, own.role = Role.RESPONSIBLE, Role.WRITER
    acting.everywhere = True
    acting.save(update_fields=["role", "everywhere"])
    own.save(update_fields=["role"])
    _carry_all(acting.organisation)
    return acting


@transaction.atomic
def leave(*, account: Account, organisation: Organisation) -> Acting:
    """Act for the organisation no more; the last one responsible hands it over first, or ends it."""
    Organisation.objects.select_for_update(of=["self"]).get(pk=organisation.pk)
    own = acting_as(account, organisation)
    if own is None:
        raise Refused
    if own.role == Role.RESPONSIBLE and not _responsible(organisation).exclude(pk=own.pk).exists():
        raise Refused(_("Vous êtes le dernier responsable : confiez l’organisme à quelqu’un, ou mettez-y fin."))
    return _ended(own)


@transaction.atomic
def close(*, account: Account, organisation: Organisation) -> Organisation:
    """End an organisation one is responsible for: its mandates are over, it keeps no place, nobody acts for it."""
    return over(held_for(account, organisation))


def settle_left(organisations: QuerySet[Organisation]) -> None:
    """See to what was left by someone who was erased: the longest there is responsible; with nobody, it is over."""
    for organisation in organisations.filter(ended_at=None).select_for_update(of=["self"]).order_by("pk"):
        _take_invitations_back(organisation)
        if _responsible(organisation).exists():
            continue
        there = organisation.actings.filter(ended_at=None, account__is_active=True)
        next_one = there.order_by("since", "pk").first()
        if next_one is None:
            over(organisation)
            continue
        next_one.role, next_one.everywhere = Role.RESPONSIBLE, True
        next_one.save(update_fields=["role", "everywhere"])
        _carry_all(organisation)


def people_of(organisation: Organisation) -> QuerySet[Acting]:
    """Those who act for an organisation, the responsible first; for its own people alone."""
    return organisation.actings.filter(ended_at=None).select_related("account").order_by("role", "since", "pk")


def _carry_all(organisation: Organisation) -> None:
    for mandate in Mandate.objects.announced().filter(organisation=organisation):
        carry(mandate)


def _responsible(organisation: Organisation) -> QuerySet[Acting]:
    return organisation.actings.filter(ended_at=None, role=Role.RESPONSIBLE, account__is_active=True)


def _other(account: Account, acting: Acting) -> Acting:
    """Lock someone else who acts for an organisation that the account is responsible for."""
    held_for(account, acting.organisation)
    acting = Acting.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=acting.pk)
    if acting.ended_at or acting.account_id == account.pk:
        raise Refused
    return acting


def _take_invitations_back(organisation: Organisation) -> None:
    """Take open invitations back: whoever goes may hold one."""
    revoke(Code.objects.usable().filter(kind=Code.Kind.ACTING, organisation=organisation))


def _ended(acting: Acting) -> Acting:
    _take_invitations_back(acting.organisation)
    acting.ended_at = timezone.now()
    acting.save(update_fields=["ended_at"])
    return acting
