"""An agreement in words: how many seats, when, where one boards and leaves, and what becomes of it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.agreement_models import RideAgreement
from directory.agreement_times import State, arrives_at, boards_at
from directory.carpool_words import passing, seats_in_words, weekdays_in_words
from scopes.moments import calendar_day, today_at

End = RideAgreement.End
#: Days left out that are named.
MOST_EXCEPTED = 4


def free_in_words(free: int) -> str:
    """Write how many seats nobody has: "2 places libres", "complet"."""
    if free <= 0:
        return _("complet")
    return ngettext("%(seats)d place libre", "%(seats)d places libres", free) % {"seats": free}


def days_in_words(agreement: RideAgreement) -> str:
    """Write on which days: "mardi 8 déc.", "chaque mardi, à partir du mardi 8 déc."."""
    today = today_at(agreement.ride.municipality.time_zone)
    if agreement.day is not None:
        return calendar_day(agreement.day, today=today)
    told = {
        "days": weekdays_in_words(agreement.weekdays),
        "day": calendar_day(agreement.from_day, today=today),
    }
    words = _("chaque %(days)s") if len(agreement.weekdays) == 1 else _("chaque semaine, %(days)s")
    if agreement.from_day <= today:
        return words % told
    return _("%(days)s, à partir du %(day)s") % (told | {"days": words % told})


def excepted_in_words(agreement: RideAgreement) -> str:
    """Write which of the days to come are left out of what stands for every week: "sauf jeudi 3 déc."."""
    today = today_at(agreement.ride.municipality.time_zone)
    days = [one for one in agreement.except_days if one >= today and one.isoweekday() in agreement.weekdays]
    if not days:
        return ""
    told = ", ".join(calendar_day(one, today=today) for one in days[:MOST_EXCEPTED])
    return _("sauf %(days)s") % {"days": f"{told}…" if len(days) > MOST_EXCEPTED else told}


def places_in_words(agreement: RideAgreement) -> str:
    """Write where and when one boards and leaves."""
    return _("monter à %(boards)s : %(pick_up)s ; descendre à %(leaves)s : %(drop_off)s") % {
        "boards": clock_of(agreement, boards=True),
        "leaves": clock_of(agreement, boards=False),
        "pick_up": agreement.pick_up_name,
        "drop_off": agreement.drop_off_name,
    }


def stopped_once(words: str) -> str:
    """Leave one full stop where an abbreviation ends a sentence: "mardi 8 déc."."""
    return words.removesuffix(".") if words.endswith("..") else words


def asked_in_words(agreement: RideAgreement, *, offers: bool) -> str:
    """Write what is asked of the author of a ride, or offered to them, as the first words of a message."""
    words = _("Je vous propose %(seats)s, %(days)s : %(places)s.") if offers else _("%(seats)s, %(days)s : %(places)s.")
    told = {"seats": seats_in_words(agreement.seats), "days": days_in_words(agreement)}
    return words % (told | {"places": places_in_words(agreement)})


def clock_of(agreement: RideAgreement, *, boards: bool) -> str:
    """Write when one boards, or leaves, by the clock of the town: "7 h 32"."""
    day = agreement.day or agreement.from_day
    moment = (boards_at if boards else arrives_at)(agreement, day)
    return passing(moment.astimezone(ZoneInfo(agreement.ride.municipality.time_zone)))


def day_in_words(agreement: RideAgreement, day: date) -> str:
    """Write one day of an agreement."""
    return calendar_day(day, today=today_at(agreement.ride.municipality.time_zone))


def state_in_words(agreement: RideAgreement, state: State, *, mine: bool) -> str:
    """Write where an agreement stands, for its asker or, where it is `mine`, for the author of the ride."""
    if state == State.CANCELLED:
        return _end_in_words(agreement, mine=mine)
    return {
        State.WAITING: _("attend votre réponse") if mine else _("attend une réponse"),
        State.UNANSWERED: _("resté sans réponse"),
        State.CONFIRMED: _("confirmé"),
        State.ARRIVED: _("terminé"),
        State.VALIDATED: _("terminé"),
    }[state]


def _end_in_words(agreement: RideAgreement, *, mine: bool) -> str:
    by_me = _("annulé par vous")
    return {
        End.DECLINED: _("refusé"),
        End.BY_ASKER: _("annulé par l’autre personne") if mine else by_me,
        End.BY_AUTHOR: by_me if mine else _("annulé par l’autre personne"),
        End.WITHDRAWN: _("annulé : le trajet n’a plus lieu"),
        End.CHANGED: _("annulé : le trajet a changé"),
        End.LEFT: _("annulé : l’un de vous deux n’est plus à la même adresse"),
        End.MISSED: _("n’a pas eu lieu"),
    }[End(agreement.end)]
