"""Takes a code that someone typed: of a letter, of a hall, of a household; all that fail answer alike."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q, QuerySet

from geo.errors import InvalidParameter
from scopes.code_models import Code
from scopes.errors import CodeRefused
from scopes.homes import Household, Membership
from scopes.joining import ask_to_join
from scopes.people import Account
from scopes.proofs.attempting import begin_attempt, note_failure
from scopes.proofs.codes import digest_of
from scopes.proofs.proving import prove
from scopes.proofs.table import Kind

PROVES = {Code.Kind.LETTER: Kind.LETTER, Code.Kind.HALL: Kind.HALL_CODE, Code.Kind.HOUSEHOLD: Kind.HOUSEHOLD}


def use_code(*, account: Account, text: str, role: str) -> Membership:
    """Count a code as a proof of the home it belongs to; who had not asked to join there asks now, in this role.

    Raises `CodeRefused` for a code that is unknown, expired, revoked, used up or someone else's, without telling
    which, and `TooManyAttempts` after too many of them.
    """
    with transaction.atomic():
        attempts = begin_attempt(account)
        code = _opening(account, digest_of(text)).first()
        membership = code and _used(code, account, role)
        refused = None if membership else note_failure(attempts, CodeRefused)
    if refused:
        raise refused
    return membership


def _opening(account: Account, digest: str) -> QuerySet[Code]:
    """The code of this digest if it opens something for this account: one statement, whatever the reason not to."""
    its_own = Q(kind=Code.Kind.LETTER, membership__account=account, membership__ended_at__isnull=True)
    of_a_household = Q(kind=Code.Kind.HOUSEHOLD, membership__in=Membership.objects.settled())
    of_others = of_a_household & ~Q(membership__account=account)
    usable = Code.objects.usable().filter(its_own | Q(kind=Code.Kind.HALL) | of_others, digest=digest)
    return usable.select_for_update(of=["self"]).select_related("residence")


def _used(code: Code, account: Account, role: str) -> Membership | None:
    """Prove with the code what it proves, once; None where the account cannot ask to join."""
    membership = code.membership if code.kind == Code.Kind.LETTER else _asking(code, account, role)
    if membership is None:
        return None
    if not membership.proofs.filter(code=code).exists():
        Code.objects.filter(pk=code.pk).update(uses=F("uses") + 1)
    given_by = code.membership if code.kind == Code.Kind.HOUSEHOLD else None
    return prove(membership=membership, kind=PROVES[code.kind], code=code, given_by=given_by)


def _asking(code: Code, account: Account, role: str) -> Membership | None:
    household = code.membership.household if code.kind == Code.Kind.HOUSEHOLD else None
    try:
        membership = ask_to_join(account=account, residence=code.residence, role=role, household=household)
    except InvalidParameter:
        return None
    if household and membership.household_id != household.pk and membership.entered_at is None:
        left = membership.household
        membership.household = household
        membership.save(update_fields=["household"])
        Household.objects.filter(pk=left.pk, memberships__isnull=True, words__isnull=True).delete()
    return membership
