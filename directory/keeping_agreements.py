"""What is agreed about a ride holds when its author changes the ride, or looks no further."""

from __future__ import annotations

from django.utils.translation import gettext as _

from directory.agreement_models import RideAgreement
from directory.agreement_words import days_in_words
from directory.carpool_costs import most_cents
from directory.carpool_models import Carpool
from directory.ending_agreements import end_all_of, end_changed, end_waiting_of, open_of
from directory.free_seats import Seats, runs_on
from geo.errors import InvalidParameter


def check_what_is_agreed(ride: Carpool) -> None:
    """Refuse a change to a ride that would leave someone without their seat; end what was asked for and fits no more.

    Nobody pays more than a share of the costs among all the seats that there are now. The ride is held, and its columns
    are the new ones. Raises `InvalidParameter` naming what has to stay.
    """
    seats, changed, most = Seats.of(ride), [], most_cents(metres=ride.metres, seats=ride.seats)
    for agreement in open_of(ride):
        waits = agreement.status == RideAgreement.Status.WAITING
        parameter = unfit(ride, agreement) or (None if waits else _oversold(seats, agreement))
        if parameter and waits:
            changed.append(agreement)
            continue
        if parameter:
            words = _("Quelqu’un compte sur ce trajet, %(days)s : annulez d’abord cet accord dans « Mes trajets ».")
            raise InvalidParameter(parameter, words % {"days": days_in_words(agreement)})
        if agreement.price_cents > most:
            agreement.price_cents = most
            agreement.save(update_fields=["price_cents"])
    end_changed(changed)


def _oversold(seats: Seats, agreement: RideAgreement) -> str | None:
    """Name the seats where there are fewer than were agreed on a day of an agreement."""
    fewest = seats.fewest_for(agreement)
    return "seats" if fewest is not None and fewest.free < 0 else None


def unfit(ride: Carpool, agreement: RideAgreement) -> str | None:
    """Name what an agreement no longer finds in its ride; nothing where all stands."""
    if ride.direction != agreement.direction:
        return "direction"
    if ride.departure != agreement.departure:
        return "departure"
    if agreement.seats > ride.seats:
        return "seats"
    if agreement.day is not None:
        return None if runs_on(ride, agreement.day) else "day"
    if ride.day is not None or not set(agreement.weekdays) <= set(ride.weekdays):
        return "weekdays"
    if ride.last_day and (agreement.last_day is None or agreement.last_day > ride.last_day):
        return "last_day"
    return "except_days" if any(agreement.is_on(day) for day in ride.except_days) else None


def let_go(ride: Carpool, *, done: bool) -> None:
    """End what is asked for about a ride that its author takes back or says to be done; taken back, all of it."""
    (end_waiting_of if done else end_all_of)(ride)
