"""Says yes to a use of one's data, and takes the yes back: each as easily as the other."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.people import Account
from scopes.presence import Presence
from scopes.rights.records import Consent, Use


@transaction.atomic
def consent(*, account: Account, use: str) -> Consent:
    """Say yes to a use; said twice, it stands once. Raises `InvalidParameter` for a use that does not exist."""
    given, _new = Consent.objects.get_or_create(account=_alone(account), use=_known(use), withdrawn_at=None)
    return given


@transaction.atomic
def withdraw_consent(*, account: Account, use: str) -> None:
    """Take a yes back: from now on the use is over, and what was done stays as it was lawful.

    What was noted to be counted, and is not counted yet, is erased.
    """
    given = Consent.objects.to(Use(_known(use))).filter(account=_alone(account)).first()
    if given:
        # A clock that was set back in between does not end a consent before it began.
        given.withdrawn_at = max(timezone.now(), given.given_at)
        given.save(update_fields=["withdrawn_at"])
    if use == Use.COUNTED:
        Presence.objects.filter(account=account).delete()


def consents_of(account: Account) -> dict[Use, bool]:
    """Return every use, and whether the person agrees to it."""
    given = set(account.consents.standing().values_list("use", flat=True))
    return {use: use in given for use in Use}


def _known(use: str) -> str:
    if use not in Use.values:
        raise InvalidParameter("use", _("Cet usage n’existe pas."))
    return use


def _alone(account: Account) -> Account:
    """Let one answer of a person be written at a time."""
    return Account.objects.select_for_update().get(pk=account.pk)
