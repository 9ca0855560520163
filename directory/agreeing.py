"""A driver and a passenger agree about a ride: one asks, the author of the ride says yes, either calls it off.

Seats are counted under a lock on the ride, taken before its agreements are read: of two who are said yes to at once,
the second is counted with the first. Who agreed with whom is between the two; others read how many seats are free.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import ending_agreements
from directory.agreement_places import Meeting, meeting_on
from directory.agreement_times import State, boards_at, days_ahead, is_disputed, next_day, state_of
from directory.agreement_words import asked_in_words, day_in_words, days_in_words, free_in_words, stopped_once
from directory.appealing import own_residences
from directory.carpool_forms import FURTHEST
from directory.conversing import begin, held_to_write, written
from directory.ending_agreements import RELATED, say
from directory.errors import NoSeatsLeft, RideChanged
from directory.free_seats import Seats, runs_on
from directory.keeping_agreements import unfit
from directory.models import Carpool, Conversation, Listing, RideAgreement
from directory.posting import hold
from directory.writing_to_authors import home_to_write_from
from geo.errors import InvalidParameter, NotFound
from scopes.moments import today_at
from scopes.viewer import Viewer

End, Status = RideAgreement.End, RideAgreement.Status
LONGEST_WORDS = 1_000


@transaction.atomic
def ask(
    *,
    viewer: Viewer,
    ride: UUID,
    day: date | None,
    weekdays: Collection[int] = (),
    seats: int = 1,
    pick_up: str,
    drop_off: str,
    text: str = "",
) -> RideAgreement:
    """Ask the author of a ride for seats on a day, or from that day on every week; of who looks for some, offer them.

    It stands in the conversation of the two, where it is told as a message is. Pressed twice, it is asked once. Raises
    as `conversing.begin` does, and `InvalidParameter` naming what cannot be.
    """
    found = _held_to_ask(viewer, ride)
    wanted = _wanted(found, day=day, weekdays=weekdays, seats=seats)
    _place(wanted, meeting_on(found, pick_up=pick_up, drop_off=drop_off))
    if boards_at(wanted, wanted.day or wanted.from_day) <= timezone.now():
        raise InvalidParameter("day", _("La voiture est déjà partie : choisissez un autre jour."))
    _check_seats(Seats.of(found), wanted)
    words = asked_in_words(wanted, offers=found.direction == Carpool.Direction.REQUEST)
    message = begin(
        viewer=viewer, public_id=ride, text="\n\n".join(filter(None, (words, text.strip()[:LONGEST_WORDS])))
    )
    standing = list(RideAgreement.objects.open().filter(conversation=message.conversation))
    if same := next((one for one in standing if _are_alike(one, wanted)), None):
        return same
    if any(one.is_on(on) for one in standing for on in _days_to_compare(wanted, one)):
        raise InvalidParameter("day", _("Vous avez déjà un accord ou une demande ce jour-là : voyez vos trajets."))
    if wanted.day is None and any(one.day is None and next_day(one) for one in standing):
        raise InvalidParameter(
            "weekdays", _("Vous avez déjà un accord ou une demande de chaque semaine : annulez d’abord.")
        )
    wanted.conversation, wanted.residence_id = message.conversation, found.residence_id
    wanted.save()
    return wanted


@transaction.atomic
def accept(*, viewer: Viewer, public_id: UUID) -> RideAgreement:
    """Say yes to what someone asks about a ride of one's own; said twice, it is said once.

    Raises `NotFound` for anything else, `NoSeatsLeft` where too few are free, `RideChanged` for what is over or no
    longer waits, `ConversationClosed`, `NotProved`.
    """
    with own_residences(viewer):
        asked = RideAgreement.objects.filter(conversation__author__in=viewer.alias_ids, public_id=public_id).first()
        if asked is None:
            raise NotFound
        talk, home = held_to_write(viewer, asked.conversation.public_id)
        agreement = _held(asked)
        if agreement.status == Status.CONFIRMED:
            return agreement
        if not Listing.objects.standing().filter(pk=agreement.ride_id).exists() or state_of(agreement) != State.WAITING:
            raise RideChanged
        fewest = Seats.of(agreement.ride).fewest_for(agreement)
        if fewest is None or unfit(agreement.ride, agreement):
            raise RideChanged
        if fewest.free < agreement.seats:
            told = {"day": day_in_words(agreement, fewest.day), "free": free_in_words(fewest.free)}
            raise NoSeatsLeft(
                _("Il n’y a pas assez de places le %(day)s : %(free)s. La demande attend toujours.") % told
            )
        agreement.status, agreement.confirmed_at = Status.CONFIRMED, timezone.now()
        agreement.save(update_fields=["status", "confirmed_at"])
        # Whoever is said yes to is answered.
        Conversation.objects.filter(pk=talk.pk).update(nameless=False)
        words = stopped_once(_("D’accord : %(days)s.") % {"days": days_in_words(agreement)})
        written(talk, alias_id=home.alias_id, text=words)
        return agreement


@transaction.atomic
def cancel(*, viewer: Viewer, public_id: UUID) -> RideAgreement:
    """Say no, take back what one asked, or call off what was agreed; done twice, it is done once.

    Raises `NotFound`, and `RideChanged` for what is over.
    """
    with own_residences(viewer):
        agreement = _held(_own(viewer, public_id))
        if agreement.status == Status.CANCELLED:
            return agreement
        if not state_of(agreement).is_to_come:
            raise RideChanged
        is_author = agreement.conversation.author_id in viewer.alias_ids
        declined = is_author and agreement.status == Status.WAITING
        ending_agreements.end(agreement, End.DECLINED if declined else End.BY_AUTHOR if is_author else End.BY_ASKER)
        words = _("Ce n’est pas possible, désolé : %(days)s.") if declined else _("J’annule : %(days)s.")
        say(agreement, writer=_me(viewer, agreement), text=words % {"days": days_in_words(agreement)})
        return agreement


@transaction.atomic
def skip(*, viewer: Viewer, public_id: UUID, day: date) -> RideAgreement:
    """Call off one day to come of what was agreed for every week; the others stand."""
    with own_residences(viewer):
        agreement = _held(_own(viewer, public_id))
        is_weekly = agreement.day is None and state_of(agreement) == State.CONFIRMED
        if not is_weekly or not agreement.is_on(day) or not _is_soon(agreement, day):
            raise InvalidParameter("day", _("Ce jour-là n’est pas prévu."))
        ending_agreements.skip(agreement, day, writer=_me(viewer, agreement))
        return agreement


@transaction.atomic
def say_missed(*, viewer: Viewer, public_id: UUID, day: date) -> RideAgreement:
    """Say that the ride of a day did not take place, within a week of it; said twice, it is said once."""
    with own_residences(viewer):
        agreement = _held(_own(viewer, public_id))
        if agreement.end == End.MISSED or day in agreement.except_days:
            return agreement
        if not is_disputed(agreement, day):
            words = _("Aucun trajet convenu n’est arrivé ce jour-là, ou c’était il y a plus d’une semaine.")
            raise InvalidParameter("day", words)
        if agreement.day is None:
            ending_agreements.leave_out(agreement, day)
        else:
            ending_agreements.end(agreement, End.MISSED)
        words = _("Le trajet du %(day)s n’a pas eu lieu.") % {"day": day_in_words(agreement, day)}
        say(agreement, writer=_me(viewer, agreement), text=words)
        return agreement


def _held_to_ask(viewer: Viewer, public_id: UUID) -> Carpool:
    """Find a ride, hold the home that one asks from, then the ride as its changes do, and read it anew.

    Whatever is agreed or changed holds in this order: home, ride, agreement, conversation.
    """
    seen = Carpool.objects.live().visible_to(viewer).filter(public_id=public_id).select_related("municipality")
    found = seen.first()
    if found is not None and (home := home_to_write_from(viewer, found)):
        hold(home)
        Listing.objects.select_for_update().get(pk=found.pk)
        found = seen.all().first()
    if found is None:
        raise NotFound
    return found


def _wanted(ride: Carpool, *, day: date | None, weekdays: Collection[int], seats: int) -> RideAgreement:
    """What is asked for, checked against the ride, without its places."""
    zone = ride.municipality.time_zone
    day = ride.day or day
    if day is None or not runs_on(ride, day) or not today_at(zone) <= day <= today_at(zone) + FURTHEST:
        raise InvalidParameter("day", _("La voiture ne part pas ce jour-là."))
    if ride.direction == Carpool.Direction.REQUEST:
        seats = ride.seats
    if not 1 <= seats <= ride.seats:
        raise InvalidParameter("seats", _("Ce trajet n’a pas autant de places."))
    told = {name: getattr(ride, name) for name in ("direction", "departure", "price_cents")}
    told |= {"ride": ride, "seats": seats}
    if not weekdays:
        return RideAgreement(**told, day=day)
    if ride.day is not None or not set(weekdays) <= set(ride.weekdays):
        raise InvalidParameter("weekdays", _("La voiture ne part pas ces jours-là."))
    excepted = [one for one in ride.except_days if one >= day]
    return RideAgreement(
        **told, from_day=day, weekdays=sorted(set(weekdays)), except_days=excepted, last_day=ride.last_day
    )


def _place(wanted: RideAgreement, meeting: Meeting) -> None:
    """Keep both points as they are today, and when the car passes there."""
    for name, point in (("pick_up", meeting.pick_up), ("drop_off", meeting.drop_off)):
        setattr(wanted, name, point.key)
        setattr(wanted, f"{name}_name", point.name[:160])
        setattr(wanted, f"{name}_point", point.point)
    wanted.boards_after, wanted.leaves_after = meeting.boards_after, meeting.leaves_after


def _check_seats(seats: Seats, wanted: RideAgreement) -> None:
    fewest = seats.fewest_for(wanted)
    if fewest is None:
        raise InvalidParameter("day", _("La voiture ne part pas ces jours-là."))
    if fewest.free < wanted.seats:
        told = {"day": day_in_words(wanted, fewest.day), "free": free_in_words(fewest.free)}
        raise InvalidParameter("seats", _("Pas assez de places le %(day)s : %(free)s.") % told)


def _are_alike(some: RideAgreement, other: RideAgreement) -> bool:
    """Whether the same is asked for again."""
    names = ("day", "from_day", "weekdays", "seats", "pick_up", "drop_off")
    return all(getattr(some, name) == getattr(other, name) for name in names)


def _days_to_compare(wanted: RideAgreement, standing: RideAgreement) -> list[date]:
    """Days of what is asked for on which something that stands may be."""
    if wanted.day is not None:
        return [wanted.day]
    return [standing.day] if standing.day and wanted.is_on(standing.day) else list(days_ahead(wanted))


def _own(viewer: Viewer, public_id: UUID) -> RideAgreement:
    found = RideAgreement.objects.of(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _held(found: RideAgreement) -> RideAgreement:
    """Hold the ride, as its changes do, then the agreement, and read both anew."""
    Listing.objects.select_for_update().get(pk=found.ride_id)
    return RideAgreement.objects.select_for_update(of=["self"]).select_related(*RELATED).get(pk=found.pk)


def _me(viewer: Viewer, agreement: RideAgreement):
    talk = agreement.conversation
    return talk.author if talk.author_id in viewer.alias_ids else talk.asker


def _is_soon(agreement: RideAgreement, day: date) -> bool:
    """Whether one boards later than now, and no further ahead than anyone looks: each day excepted is looked past."""
    furthest = today_at(agreement.ride.municipality.time_zone) + FURTHEST
    return day <= furthest and boards_at(agreement, day) > timezone.now()
