"""Things that are promised and lent, in the village of `tests/scopes/village.py`."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from directory import promising
from directory.models import Conversation, Exchange, Promise
from scopes.models import Level, Membership
from tests.directory.exchanged import share
from tests.directory.speaking import looking
from tests.directory.talking import begins


def in_days(number: int) -> date:
    """A day by how far it is from today."""
    return timezone.localdate() + timedelta(days=number)


def sofa(someone: Membership, level: str = Level.MUNICIPALITY, **own) -> Exchange:
    """A thing that is given."""
    own = {"deal": "gift", **own}
    return share(someone, level, "Canapé", kind="classified", category="furnishings", own=own)


def drill(someone: Membership, level: str = Level.MUNICIPALITY, **own) -> Exchange:
    """A thing that is lent."""
    return share(someone, level, "Perceuse", kind="loan", own={"direction": "offer", **own})


def asks_for(someone: Membership, thing: Exchange) -> Conversation:
    """Write to the author of a thing."""
    return begins(someone, thing, "Je la veux bien.").conversation


def promises(someone: Membership, talk: Conversation, until: date | None = None) -> Promise:
    """Promise, or lend, what a conversation is about."""
    with looking(someone) as viewer:
        return promising.promise(viewer=viewer, conversation=talk.public_id, until=until)


def ends(someone: Membership, promise: Promise | UUID) -> Promise:
    """Say that it is returned, or take it back."""
    with looking(someone) as viewer:
        return promising.end(viewer=viewer, public_id=getattr(promise, "public_id", promise))


def says_returned(someone: Membership, promise: Promise | UUID) -> Promise:
    """Say that one returned it."""
    with looking(someone) as viewer:
        return promising.say_returned(viewer=viewer, public_id=getattr(promise, "public_id", promise))


def finishes(someone: Membership, thing: Exchange | UUID) -> Exchange:
    """Say that it is done."""
    with looking(someone) as viewer:
        return promising.finish(viewer=viewer, public_id=getattr(thing, "public_id", thing))
