"""What other apps do when a person leaves a home or an organisation ends: registered in `AppConfig.ready()`.

The steps run in the transaction of what they follow.
"""

from __future__ import annotations

from collections.abc import Callable

from scopes.homes import Membership
from scopes.organisation_models import Organisation

Step = Callable[[Membership], object]
Ending = Callable[[Organisation], object]

_leaving: list[Step] = []
_ending: list[Ending] = []


def on_leaving(step: Step) -> Step:
    """Register what follows when a person leaves: it gets the membership that has just ended."""
    if step not in _leaving:
        _leaving.append(step)
    return step


def after_leaving(membership: Membership) -> None:
    """Run the steps, in the order of registration."""
    for step in _leaving:
        step(membership)


def on_ending(step: Ending) -> Ending:
    """Register what follows when an organisation ends: it gets the organisation that has just ended."""
    if step not in _ending:
        _ending.append(step)
    return step


def after_ending(organisation: Organisation) -> None:
    """Run the steps, in the order of registration."""
    for step in _ending:
        step(organisation)
