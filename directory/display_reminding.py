"""Reminds an organisation of sheets that the law wants displayed: one is missing at an entrance, or may come down."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from directory.display_clock import Clock, Stand, tally
from directory.displaying import sheets_of
from directory.models import Display, Mailing
from directory.notice_templates import TEMPLATES
from scopes.models import Account
from scopes.sending import write_to

#: Days after it was sent on which a sheet that is not put up is spoken of, and after its time on which one still hangs.
MISSING_ON, DUE_ON = (2, 7), (0, 7)
#: Nobody is reminded of what was sent longer ago.
FORGOTTEN = timedelta(days=120)


@transaction.atomic
def remind_of_displays() -> int:
    """Write to those who act for the organisation, with numbers and no address; return how many mails."""
    clocked = [code for code, template in TEMPLATES.items() if template.displayed]
    standing = Mailing.objects.filter(template__in=clocked, restores__isnull=True, withdrawn_at__isnull=True)
    recent = standing.filter(sent_at__gt=timezone.now() - FORGOTTEN, mandate__organisation__ended_at__isnull=True)
    return sum(_remind(mailing) for mailing in recent.select_related("mandate"))


def _remind(mailing: Mailing) -> int:
    with sheets_of(mailing) as sheets:
        if not any(_is_day_to_say(sheet, mailing) for sheet in sheets):
            return 0
        told = tally(sheets, template=mailing.template)
    those = Account.objects.filter(
        actings__organisation=mailing.mandate.organisation_id, actings__ended_at__isnull=True, is_active=True
    )
    missing = 0 if mailing.mandate.is_over else told[Stand.MISSING]
    values = {"mailing": str(mailing.handle), "missing": missing, "due": told[Stand.DUE]}
    return sum(write_to(account=one, template="displays", **values) is not None for one in those)


def _is_day_to_say(sheet: Display, mailing: Mailing) -> bool:
    today, clock = timezone.localdate(), Clock.of(sheet, template=mailing.template)
    if clock.stand == Stand.MISSING:  # under a mandate that is over nothing is put up any more
        return not mailing.mandate.is_over and (today - timezone.localdate(mailing.sent_at)).days in MISSING_ON
    return clock.stand == Stand.DUE and (today - clock.until).days in DUE_ON
