"""What is known of the staff who made quotes, for the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from scopes.rights.registry import nameless, register
from scopes.subscription_models import Subscription


def register_subscriptions() -> None:
    """Register who made a quote: it stays without them."""
    register(
        Subscription,
        title=_("devis que vous avez faits"),
        purpose=_("garder la trace de ce qui a été proposé à un organisme"),
        kept=_("dix ans, comme toute pièce comptable ; sans nom si vous partez"),
        rows=lambda person: Subscription.objects.filter(made_by=person.account_id),
        erase=nameless("made_by"),
    )
