"""Short words for tests of what is asked of organisations."""

from __future__ import annotations

from directory.asking import ask
from directory.models import Ask
from scopes.models import Account, Acting, Mandate, Membership, Organisation
from tests.directory.speaking import looking


def asks(someone: Membership, own: Organisation | Mandate, **more: object) -> Ask:
    """Someone asks an organisation, or the one of a mandate."""
    said = {"title": "L’ascenseur", "text": "Il s’arrête au deuxième.", **more}
    handle = getattr(own, "organisation", own).handle
    with looking(someone) as viewer:
        return ask(home=viewer.home, organisation=handle, **said)


def hall_of(account: Account) -> Organisation:
    """The organisation that an account acts for."""
    return Acting.objects.get(account=account).organisation
