"""What claims know of a person: who asked for what, for the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from directory.claim_models import Claim
from scopes.rights.registry import nameless, register


def register_claims() -> None:
    """Register who said that a place is their organisation's."""
    register(
        Claim,
        title=_("fiches que vous avez dit être celles de votre organisme"),
        purpose=_("garder la trace de qui tient une fiche à jour"),
        kept=_("tant que le compte existe ; ensuite sans nom"),
        rows=lambda person: Claim.objects.filter(asked_by=person.account_id),
        without=frozenset({"decided_by"}),
        erase=nameless("asked_by"),
    )
