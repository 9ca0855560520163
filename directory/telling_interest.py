"""Says to a shop what is told of who kept its offers: one range a quarter, or the day of the first one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from directory.models import InterestFigure, Promotion
from directory.organisation_kinds import PROMOTION
from directory.organisation_publishing import may_say
from scopes.models import Account, Organisation
from scopes.moments import full_day
from scopes.organisations.proposing import acting_for
from scopes.reach import Connected, months_of, quarter_after, quarter_before


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldInterest:
    """What a shop reads: a range of homes with the months it is of, and the day of the next one."""

    organisation: Organisation
    #: Nothing before a first quarter was counted.
    said: str
    months: str
    next_on: str


def told_to(account: Account) -> list[ToldInterest]:
    """Return what is told to an account of each organisation that it makes offers for, and that made any."""
    own = [one for one in acting_for(account) if may_say(account, one, PROMOTION)]
    made = set(Promotion.objects.filter(organisation__in=own).values_list("organisation", flat=True))
    return [told_of(one) for one in own if one.pk in made]


def told_of(organisation: Organisation) -> ToldInterest:
    """Return what is told to an organisation of the homes that kept its offers, all of them together."""
    figure = InterestFigure.objects.filter(organisation=organisation).order_by("-quarter").first()
    return ToldInterest(
        organisation=organisation,
        said=Connected.of(figure.homes).in_short if figure else "",
        months=months_of(quarter_before(figure.quarter)) if figure else "",
        next_on=full_day(quarter_after(timezone.localdate())),
    )
