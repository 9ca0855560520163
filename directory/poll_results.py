"""What came out of a poll, for one reader: the numbers of the residence, and what is told of all that were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.audience import is_member
from directory.counting_votes import LEAST_INSIDE
from directory.models import Mailing, Poll
from scopes.models import Acting, Level
from scopes.reach import LEAST
from scopes.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTotal:
    """One answer with what came out for it."""

    text: str
    #: In words: "12 foyers", "environ 30 foyers", "moins de 20 foyers".
    told: str
    #: Hundredths of the longest bar.
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownResult:
    """What came out, of a residence or of all that were asked."""

    #: Of whom; empty where it is the only one.
    heading: str
    totals: list[ShownTotal]
    #: Why nothing is told, where nothing is.
    silence: str
    rounded: bool


def results_of(poll: Poll, viewer: Viewer) -> list[ShownResult]:
    """Return what a viewer reads of a poll that is counted, the nearest first; nothing before."""
    if poll.totals is None:
        return []
    if poll.mailing is None:
        return [_inside(poll) if poll.level == Level.RESIDENCE else _rounded(poll.choices, poll.totals)]
    homes, totals = poll.mailing.homes, poll.mailing.asked_poll.totals
    of_all = _rounded(poll.choices, totals, homes=homes, heading=_("Partout où la question est posée"))
    if poll.level != Level.RESIDENCE or not reads_inside(poll, viewer):
        return [_alone(of_all)]
    inside = _inside(poll, heading=_("Dans votre immeuble"))
    # The same votes told twice, exact and rounded, would tell how this organisation's results are rounded.
    return [inside, of_all] if poll.mailing.residences.count() > 1 else [_alone(inside)]


def result_for_sender(mailing: Mailing) -> ShownResult | None:
    """Return what who asked is told: one result over all of it, never of a residence; nothing before its end."""
    totals = mailing.asked_poll.totals
    return None if totals is None else _rounded(mailing.fields["choices"].splitlines(), totals, homes=mailing.homes)


def reads_inside(poll: Poll, viewer: Viewer) -> bool:
    """Whether a viewer reads the numbers of a residence: who lives there, unless acting for the one who asks.

    Who is both a neighbour and of the landlord's would otherwise read for the landlord.
    """
    acting = Acting.objects.filter(account=viewer.account_id, organisation=poll.organisation_id, ended_at=None)
    return is_member(viewer, poll) and (poll.organisation_id is None or not acting.exists())


def _inside(poll: Poll, heading: str = "") -> ShownResult:
    told = [ngettext("%(number)d foyer", "%(number)d foyers", one) % {"number": one} for one in poll.totals]
    silence = _("Moins de %(least)d foyers ont répondu : dire le résultat dirait qui.") % {"least": LEAST_INSIDE}
    return _result(poll.choices, poll.totals, told, heading=heading, silence=silence, rounded=False)


def _rounded(choices: Sequence[str], totals: Sequence[int], *, heading: str = "", homes: int = LEAST) -> ShownResult:
    few = _("moins de %(most)d foyers") % {"most": LEAST}
    told = [_("environ %(number)d foyers") % {"number": one} if one else few for one in totals]
    silence = _("Trop peu de foyers ont répondu : en dessous de %(least)d, rien n’est dit.")
    if homes < LEAST:
        silence = _("Cet envoi va à moins de %(least)d logements : un chiffre parlerait de quelqu’un.")
    silence %= {"least": LEAST}
    return _result(choices, totals, told, heading=heading, silence=silence, rounded=True)


def _result(choices: Sequence[str], totals: Sequence[int], told: Sequence[str], *, silence: str, **more) -> ShownResult:
    if not totals:
        return ShownResult(totals=[], silence=silence, **more)
    longest = max(totals) or 1
    rows = zip(choices, told, totals, strict=True)
    bars = [ShownTotal(text=text, told=words, share=round(100 * number / longest)) for text, words, number in rows]
    return ShownResult(totals=bars, silence="", **more)


def _alone(result: ShownResult) -> ShownResult:
    """A result that stands alone needs no heading."""
    return replace(result, heading="")
