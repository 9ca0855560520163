"""Makes kept analyses of coverage again on the first of each month, where a town wishes; says when one cannot be."""

from __future__ import annotations

from uuid import UUID

from directory.analysis_models import Analysis
from directory.keeping_analyses import held, made_again
from geo.errors import InvalidParameter, NotFound
from scopes.errors import Refused
from scopes.moments import today_at
from scopes.people import Account


def renew_each_month(*, account: Account, public_id: UUID, is_renewed: bool) -> None:
    """Have an analysis made again on the first of each month, or no more."""
    own = Analysis.objects.filter(pk=held(account, public_id).pk)
    own.update(is_renewed=is_renewed, renewal_failed_on=None)


def due_for_renewal() -> list[int]:
    """Numbers of the analyses that are made again this month."""
    return list(Analysis.objects.shown().filter(is_renewed=True).order_by("pk").values_list("pk", flat=True))


def renew(number: int) -> None:
    """Make an analysis again, once a day at most; where that fails, its page says so.

    What cannot be asked any more (a service is gone) is renewed no more. What is refused on that day, because a release
    is being replaced or as many dates are kept as may be, is tried again next month.
    """
    analysis = Analysis.objects.shown().filter(pk=number, is_renewed=True).select_related("town").first()
    if analysis is None:
        return
    own = Analysis.objects.filter(pk=number)
    try:
        made_again(analysis)
    except (InvalidParameter, NotFound, Refused) as error:
        is_renewed = isinstance(error, Refused)
        own.update(is_renewed=is_renewed, renewal_failed_on=today_at(analysis.town.time_zone))
    else:
        own.update(renewal_failed_on=None)
