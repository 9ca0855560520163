"""What other apps do when a person leaves a home: registered in `AppConfig.ready()`, run in the leaving transaction."""

from __future__ import annotations

from collections.abc import Callable

from scopes.homes import Membership

Step = Callable[[Membership], object]

_leaving: list[Step] = []


def on_leaving(step: Step) -> Step:
    """Register what follows when a person leaves: it gets the membership that has just ended."""
    if step not in _leaving:
        _leaving.append(step)
    return step


def after_leaving(membership: Membership) -> None:
    """Run the steps, in the order of registration."""
    for step in _leaving:
        step(membership)
