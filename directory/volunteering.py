"""A town hall keeps a list of volunteers whom it has met; each comes by a code, for a year, and may leave at once.

Who ends on the list is taken out of the circles that they came to by it; what these are, the town hall never learns.
What its word is worth no lawyer has read (docs/legal.md, 14).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.helping import LONGEST_NAME
from directory.models import Help, HelpWanted, Trusted, Volunteer
from directory.volunteer_models import HelpKind, VolunteerQuerySet
from geo.errors import InvalidParameter, NotFound
from geo.texts import one_line
from scopes.errors import CodeRefused, Refused
from scopes.models import Account, Mandate, Organisation
from scopes.organisations.acting import acts_for, town_halls_of
from scopes.proofs.attempting import begin_attempt, note_failure
from scopes.proofs.codes import digest_of, new_code, spaced
from scopes.sending import write_to
from scopes.viewer import Viewer

#: A code waits for so long; a place on the list lasts for so long.
WAITS, A_YEAR = timedelta(days=14), timedelta(days=365)
#: People and invitations of one town hall.
MOST_VOLUNTEERS = 300


def town_hall(account: Account, handle: UUID) -> Organisation:
    """The town hall that the account is responsible for; raise `NotFound` for any other, whatever it is."""
    found = town_halls_of(account, responsible=True).filter(handle=handle).first()
    if found is None:
        raise NotFound
    return found


def may_introduce(town: Organisation) -> bool:
    """Whether a town hall has a mandate in force over all of its commune."""
    return Mandate.objects.in_force().filter(organisation=town, over=Mandate.Over.TOWN).exists()


def held_town_hall(account: Account, handle: UUID) -> Organisation:
    """The same, until the deed is done, and with its mandate in force; raise `Refused` without."""
    town = Organisation.objects.select_for_update(of=["self"]).get(pk=town_hall(account, handle).pk)
    if not may_introduce(town):
        raise Refused(_("Il faut un mandat en cours sur toute la commune."))
    return town


@transaction.atomic
def invite(*, account: Account, handle: UUID, called: str, checked: bool) -> str:
    """Invite someone whom one has met; return the code to hand to them, which is shown once and kept nowhere.

    Raises `InvalidParameter`, `Refused` without a mandate, `NotFound` for who is not responsible.
    """
    town = held_town_hall(account, handle)
    if not checked:
        raise InvalidParameter("checked", _("Rencontrez d’abord cette personne, et regardez qui elle est."))
    called = one_line(called, parameter="called", longest=LONGEST_NAME)
    if Volunteer.objects.listed().filter(town=town).count() >= MOST_VOLUNTEERS:
        raise InvalidParameter("called", _("La liste est pleine."))
    code = new_code()
    Volunteer.objects.create(
        **{"town": town, "called": called, "checked_on": timezone.localdate(), "checked_by": account},
        **{"digest": digest_of(code), "invited_until": timezone.now() + WAITS},
    )
    return spaced(code)


def join(*, viewer: Viewer, text: str, called: str, offers: Collection[str], agreed: bool) -> Volunteer:
    """Come onto the list that a code invites to, under a first name and for some sorts of help.

    Raises `InvalidParameter`, `Refused` for who acts for that town hall, and `CodeRefused` for any other code, which
    is counted (`scopes.proofs.attempting`).
    """
    said = _said(called, offers)
    if not agreed:
        raise InvalidParameter("agreed", _("Cochez si vous êtes d’accord."))
    with transaction.atomic():
        account = Account.objects.get(pk=viewer.account_id)
        attempts = begin_attempt(account)
        invited = Volunteer.objects.invited().select_for_update(of=["self"]).filter(digest=digest_of(text)).first()
        refused = None if invited else note_failure(attempts, CodeRefused)
        if invited:
            if account.pk == invited.checked_by_id or acts_for(account, invited.town):
                raise Refused(_("Vous lisez ce qui est demandé à cette mairie : elle ne peut pas vous présenter."))
            # Who is on the list already begins a new year there, as they say today; not whose place is over.
            own = _locked().filter(town=invited.town_id, account=account)
            end(list(own.over()))
            place = own.first() or invited
            place.checked_on, place.checked_by_id = invited.checked_on, invited.checked_by_id
            place.account, (place.called, place.offers) = account, said
            place.agreed_at, place.until = timezone.now(), timezone.localdate() + A_YEAR
            place.digest, place.invited_until = "", None
            place.save()
            if place.pk != invited.pk:
                invited.delete()
    if refused:
        raise refused
    return place


@transaction.atomic
def remove(*, account: Account, handle: UUID, volunteer: UUID) -> None:
    """Take someone off the list at once, or an invitation back; that takes no mandate."""
    end([_place(town_hall(account, handle), volunteer)])


@transaction.atomic
def leave(*, viewer: Viewer, volunteer: UUID) -> None:
    """Leave a list at once, and the circles that one came to by it."""
    end([_own(viewer, volunteer)])


@transaction.atomic
def change(*, viewer: Viewer, volunteer: UUID, called: str, offers: Collection[str]) -> Volunteer:
    """Say otherwise under which first name one is introduced, and for what; raise `InvalidParameter`, `NotFound`."""
    place = _own(viewer, volunteer)
    place.called, place.offers = _said(called, offers)
    place.save(update_fields=["called", "offers"])
    return place


def end(volunteers: Collection[Volunteer]) -> None:
    """Take these off their list, and out of the circles where they were introduced, which are told so."""
    circles = Trusted.objects.filter(volunteer__in=volunteers)
    met = HelpWanted.objects.open().filter(volunteer__in=volunteers)
    ended = Help.objects.filter(pk__in=[*circles.values_list("help", flat=True), *met.values_list("help", flat=True)])
    told = list(ended.filter(ended_at=None))
    ended.update(introduction_over_on=timezone.localdate())
    met.delete()
    Volunteer.objects.filter(pk__in=[one.pk for one in volunteers]).delete()  # and their places in circles with it
    for help_ in told:
        tell_keepers(help_)


def end_volunteers_of(organisation: Organisation) -> None:
    """Empty the list of a town hall, in the transaction in which it ends itself."""
    end(list(Volunteer.objects.filter(town=organisation)))


@transaction.atomic
def end_what_is_over() -> None:
    """End those whose place is over, and forget codes that nobody used in time."""
    end(list(_locked().over()))
    Volunteer.objects.filter(agreed_at=None, invited_until__lt=timezone.now()).delete()


def tell_keepers(help_: Help) -> None:
    """Write to whoever keeps a circle that there is something new: not what, nor for whom."""
    keepers = help_.circle.accepted().filter(part__in=(Trusted.Part.PERSON, Trusted.Part.HELPER))
    for keeper in keepers.select_related("account"):
        write_to(account=keeper.account, template="help_news")


def _locked() -> VolunteerQuerySet:
    return Volunteer.objects.select_for_update(of=["self"])


def _own(viewer: Viewer, volunteer: UUID) -> Volunteer:
    found = _locked().filter(public_id=volunteer, account=viewer.account_id).first()
    if found is None:
        raise NotFound
    return found


def _said(called: str, offers: Collection[str]) -> tuple[str, list[str]]:
    if not offers or not set(offers) <= set(HelpKind.values):
        raise InvalidParameter("offers", _("Choisissez au moins une chose."))
    return one_line(called, parameter="called", longest=LONGEST_NAME), sorted(set(offers))


def _place(town: Organisation, volunteer: UUID) -> Volunteer:
    found = _locked().filter(town=town, public_id=volunteer).first()
    if found is None:
        raise NotFound
    return found
