"""Shows the name of someone who asks to join to those who may know the person, because the person wishes it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.homes import Membership
from scopes.proof_models import Introduction


@transaction.atomic
def introduce(*, membership: Membership, to: str) -> Introduction:
    """Introduce someone to the neighbours or keepers of the residence; once is enough.

    Answers the same whether anybody is there to see it.
    """
    if to not in Introduction.To.values:
        raise InvalidParameter("to", _("Dites à qui vous présenter."))
    introduction, _made = Introduction.objects.get_or_create(membership=membership, to=to)
    return introduction
