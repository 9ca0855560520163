"""What claims know of a person: who asked for what, for the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from directory.claim_models import Claim
from directory.tending import key_of
from directory.tending_models import Tending
from scopes.rights.registry import keep, nameless, register


def register_claims() -> None:
    """Register who said that a place is their organisation's, and who put pages right that nobody keeps."""
    register(
        Claim,
        title=_("fiches que vous avez dit être celles de votre organisme"),
        purpose=_("garder la trace de qui tient une fiche à jour"),
        kept=_("tant que le compte existe ; ensuite sans nom"),
        rows=lambda person: Claim.objects.filter(asked_by=person.account_id),
        without=frozenset({"decided_by"}),
        erase=nameless("asked_by"),
    )
    register(
        Tending,
        title=_("fiches que vous avez mises au point pour la ville ou l’équipe"),
        purpose=_("savoir qui a changé ou fermé une fiche"),
        kept=_("deux ans, sous un code que rien ne relie à un compte effacé"),
        rows=lambda person: Tending.objects.filter(by=key_of(person.account_id)),
        without=frozenset({"by"}),
        erase=keep,
    )
