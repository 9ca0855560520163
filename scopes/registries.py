"""What follows when a person leaves a home, a mandate or an organisation ends; what comes before a message goes out.

Registered in `AppConfig.ready()`; the steps run in the transaction of what they follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Set

from geo.models import Residence
from scopes.homes import Membership
from scopes.organisation_models import Mandate, Organisation
from scopes.outgoing_mail import MassMessage
from scopes.people import Account

Step = Callable[[Membership], object]
Ending = Callable[[Organisation], object]
#: Of all of a mandate, or of one residence that it no longer names.
MandateEnding = Callable[[Mandate, Residence | None], object]
#: Of the people that a message was queued for (numbers of accounts), those it is still for.
StillFor = Callable[[MassMessage, Collection[int]], Set[int]]

#: What a letter says to one person, and what is shown of it on a telephone.
Told = tuple[dict[str, object], dict[str, str]]
#: What a message says to each of some people (numbers of accounts); whom it has nothing to say to is not in it.
Writer = Callable[[MassMessage, Collection[int]], Mapping[int, Told]]

_leaving: list[Step] = []
_ending: list[Ending] = []
_mandate_ending: list[MandateEnding] = []
_still_for: dict[str, StillFor] = {}
_writers: dict[str, Writer] = {}


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


def on_mandate_ending(step: MandateEnding) -> MandateEnding:
    """Register what follows when a mandate is ended, or a residence is taken out of it."""
    if step not in _mandate_ending:
        _mandate_ending.append(step)
    return step


def after_mandate(mandate: Mandate, without: Residence | None = None) -> None:
    """Run the steps, in the order of registration."""
    for step in _mandate_ending:
        step(mandate, without)


def before_handing_over(template: str, still_for: StillFor) -> None:
    """Register who is asked, as a batch of messages of this template begins, whom they are still for."""
    _still_for[template] = still_for


def still_for(message: MassMessage, accounts: Collection[int]) -> Set[int]:
    """Return those of these people that a message is still for: hours lie between queueing it and handing it over."""
    asked = _still_for.get(message.template)
    return asked(message, accounts) if asked else set(accounts)


def written_for_each(template: str, writer: Writer) -> None:
    """Register who writes messages of this template, which say something else to each person."""
    _writers[template] = writer


def written(message: MassMessage, accounts: Collection[int]) -> Mapping[int, Told]:
    """Return what a message says to each of these people: the same words to all, where nobody was registered."""
    write = _writers.get(message.template, _same_for_all)
    return write(message, accounts)


def _same_for_all(message: MassMessage, accounts: Collection[int]) -> Mapping[int, Told]:
    languages = Account.objects.filter(pk__in=accounts).values_list("pk", "language")
    return {pk: (message.words[language], message.pushed.get(language, {})) for pk, language in languages}
