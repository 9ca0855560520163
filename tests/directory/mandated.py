"""Short words for tests of notices: what an agent sends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from directory.models import Mailing
from directory.notice_audiences import Audience, audience_of, to_residences
from directory.notifying import notify
from geo.models import Residence
from scopes.models import Account, Acting, Mandate
from scopes.organisations.proposing import acting_as


def tomorrow(hour: int) -> str:
    """A moment of tomorrow as a form gives it."""
    return (
        datetime.combine(timezone.localdate() + timedelta(days=1), datetime.min.time()).replace(hour=hour).isoformat()
    )


def water_cut(**more: object) -> dict[str, object]:
    """Fields of a water cut tomorrow morning."""
    return {"start": tomorrow(9), "end": tomorrow(12), **more}


def send(account: Account, mandate: Mandate, residences: Collection[Residence], **more: object) -> Mailing:
    """A water cut, said to these residences."""
    said = {"template": "water_cut", "data": water_cut(), **more}
    audience = to_residences(residences, mandate=mandate, acting=acting_as(account, mandate.organisation))
    return notify(account=account, mandate=mandate, audience=audience, **said)


def tell(account: Account, mandate: Mandate, to: str, *, said: Mapping[str, object] | None = None, **parameters):
    """A water cut, said to whom these parameters mean; `said` is what else `notify` is told."""
    acting = acting_as(account, mandate.organisation)
    audience = audience_of(mandate=mandate, acting=acting, to=to, parameters=parameters)
    said = {"template": "water_cut", "data": water_cut(), **(said or {})}
    return notify(account=account, mandate=mandate, audience=audience, **said)


def resolved(mandate: Mandate, to: str, acting: Acting | None = None, **parameters: object) -> Audience:
    """The audience that these parameters mean, for the one responsible or for `acting`."""
    acting = acting or mandate.organisation.actings.first()
    return audience_of(mandate=mandate, acting=acting, to=to, parameters=parameters)
