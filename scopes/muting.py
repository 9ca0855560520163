"""Stops reading someone, in silence: nothing that the other may see changes; and reads them again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.people import Account, Alias, Mute
from scopes.viewer import Viewer

#: Every search carries the list: it stays one that a person could have made by hand.
MOST_MUTED = 300


@transaction.atomic
def mute(*, viewer: Viewer, alias: Alias) -> Mute:
    """Leave out what is said under an alias, from now on and of before; raise `InvalidParameter` for one's own."""
    if alias.pk in viewer.alias_ids:
        raise InvalidParameter("alias", _("C’est vous."))
    Account.objects.select_for_update().get(pk=viewer.account_id)
    muted = Mute.objects.filter(account=viewer.account_id)
    if already := muted.filter(muted=alias).first():
        return already
    if muted.count() >= MOST_MUTED:
        raise InvalidParameter("alias", _("La liste des personnes que vous ne lisez plus est pleine."))
    return Mute.objects.create(account_id=viewer.account_id, muted=alias)


def read_again(*, viewer: Viewer, public_id: UUID) -> None:
    """Read what is said under an alias again; for one that is not muted nothing changes."""
    Mute.objects.filter(account=viewer.account_id, muted__public_id=public_id).delete()
