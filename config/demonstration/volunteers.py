"""The volunteers of the demonstration's town hall: two on its list, one introduced to a circle, one thing asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from config.demonstration.inhabitants import address_of
from directory import introducing, volunteering
from directory.models import Help, HelpWanted, Volunteer
from scopes.models import Account, Organisation
from scopes.organisations.acting import town_halls_of
from scopes.viewing import viewer_of

#: By their slugs, and what each offers.
LISTED = {"antoine": ("company", "shopping"), "ines": ("ride", "jobs")}
#: How long ago they came onto the list.
SINCE = timedelta(days=40)


def introduce_volunteers(*, secretary: Account, wanted: Sequence[Mapping]) -> None:
    """Put them on the list, have circles ask (`help` by its title, `kind`), and propose one where it is said.

    What was asked is dated back, so that the town hall sees it today.
    """
    town = town_halls_of(secretary, responsible=True).first()
    if town is None:
        return
    places = {slug: _listed(secretary, town, slug) for slug in LISTED}
    for one in wanted:
        help_ = Help.objects.filter(title=one["help"], ended_at=None).first()
        keeper = help_ and help_.circle.accepted().exclude(part="friend").first()
        if keeper is None or None in places.values():  # a visitor has erased one of them
            continue
        asked = introducing.ask(viewer=viewer_of(keeper.account_id), public_id=help_.public_id, kind=one["kind"])
        HelpWanted.objects.filter(pk=asked.pk).update(shown_on=asked.shown_on - timedelta(weeks=1))
        if place := places.get(one.get("proposed")):
            named = {"wanted": asked.public_id, "volunteer": place.public_id}
            introducing.propose(account=secretary, handle=town.handle, **named)


def _listed(secretary: Account, town: Organisation, slug: str) -> Volunteer | None:
    account = Account.objects.filter(email=address_of(slug), is_active=True).first()
    if account is None:
        return None
    code = volunteering.invite(account=secretary, handle=town.handle, called=account.first_name, checked=True)
    told = {"called": account.first_name, "offers": LISTED[slug], "agreed": True}
    place = volunteering.join(viewer=viewer_of(account.pk), text=code, **told)
    place.checked_on = timezone.localdate() - SINCE
    place.until = place.checked_on + volunteering.A_YEAR
    place.save(update_fields=["checked_on", "until"])
    return place
