"""A place is claimed by the organisation it belongs to: proved by a code posted there, or by the town's word.

One keeps a place at a time. Whoever asks is answered the same whether another keeps it already; once two have proved
it, the town or those who run the site decide, and never who acts for one of the two.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.contrib.gis.measure import D
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.claim_models import Claim
from directory.claimed_places import door_of, let_go, put_in_charge, takes_post
from directory.importing.settling import told_by_sources
from directory.models import Kind, Listing, SourceRecord
from directory.organisation_publishing import take_back_from
from directory.publishing import BY_OTHERS, WITHDRAWN
from geo.errors import InvalidParameter, NotFound
from geo.texts import one_line
from scopes.errors import CodeRefused, Refused
from scopes.models import Account, Openness, Organisation
from scopes.organisations.acting import acts_for, held_for, town_halls_of, town_spoken_for
from scopes.organisations.door_letters import ask_for_door_letter, opens, stop
from scopes.organisations.proposing import acting_for
from scopes.proofs.attempting import begin_attempt, note_failure
from scopes.viewer import Viewer

#: What may be claimed: what has a door or a sign, never what a person says.
CLAIMABLE = (Kind.MERCHANT, Kind.PLACE, Kind.ASSOCIATION)
#: Wrong codes for one letter.
MOST_FAILURES = 5
#: Letters of one claim; each costs a stamp.
MOST_LETTERS = 3
#: Letters to one door in so long, whoever asks: nobody's shop is buried under them.
MOST_AT_A_DOOR, IN_SO_LONG = 6, timedelta(days=90)
SAME_DOOR = D(m=1)
#: Letters that one account has posted in so long: it may end what it began, and begin anew.
MOST_OF_ONE = 40
#: Claims of one organisation that wait: a chain has more shops, and asks us.
MOST_WAITING = 20


def claimable(viewer: Viewer, public_id: UUID) -> Listing:
    """Return a place whose page may be claimed: one that is shown, or that others than its keeper closed.

    Raises `NotFound` for any other: hidden, closed by its owner, gone from its sources. That someone keeps it changes
    nothing.
    """
    places = Listing.objects.visible_to(viewer).filter(public_id=public_id, kind__in=CLAIMABLE)
    told = SourceRecord.objects.filter(listing=OuterRef("pk"))
    there = Q(Exists(told.filter(gone_on=None))) | ~Q(Exists(told))
    closed = places.filter(there, hidden_at=None, openness=Openness.PUBLIC, **{f"edits__{WITHDRAWN}": BY_OTHERS})
    related = ("category", "municipality", "entry")
    shown = places.live().filter(entry__isnull=False).select_related(*related).first()
    found = shown or closed.select_related(*related).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def claim(*, account: Account, organisation: Organisation, listing: Listing) -> Claim:
    """Say that a place is an organisation's own; a letter to its public address is put in the queue, if it has one.

    Said twice, said once. Raises `Refused` for who is not responsible for the organisation.
    """
    organisation = held_for(account, organisation)
    if listing.kind not in CLAIMABLE:
        raise Refused
    standing = Claim.objects.standing().filter(organisation=organisation)
    asked = standing.filter(listing=listing).first()
    if asked:
        return asked
    if standing.waiting().count() >= MOST_WAITING:
        raise InvalidParameter("organisation", _("Vingt fiches attendent déjà : nous regardons celles-là d’abord."))
    asked = Claim.objects.create(listing=listing, organisation=organisation, asked_by=account)
    if takes_post(listing) and not _buried(listing) and not _posted_enough(account):
        _post(asked)
    return asked


@transaction.atomic
def ask_for_another_letter(*, account: Account, claim: Claim) -> Claim:
    """Post the code once more; what was posted before opens nothing from now on."""
    claim = _own(account, claim)
    if claim.held_at or claim.proved_at or not takes_post(claim.listing):
        raise Refused
    if claim.letters >= MOST_LETTERS or _buried(claim.listing) or _posted_enough(account):
        raise Refused(_("Trop de lettres sont déjà parties pour cette adresse. La mairie peut le confirmer."))
    stop(claim.letter)
    _post(claim)
    return claim


def prove(*, account: Account, claim: Claim, text: str) -> Claim:
    """Enter the code of the letter: the place is kept by the organisation, unless another keeps it already.

    Raises `CodeRefused` for any code that opens nothing, and `TooManyAttempts` after too many.
    """
    with transaction.atomic():
        attempts = begin_attempt(account)
        claim = _own(account, claim)
        tried_out = claim.failures >= MOST_FAILURES
        right = not tried_out and claim.held_at is None and opens(claim.letter, text)
        refused = None if right else note_failure(attempts, CodeRefused)
        if right:
            claim.proved_at = timezone.now()
            claim.save(update_fields=["proved_at"])
            if keeper_of(claim.listing) is None:
                _hold(claim)
        elif not tried_out:
            claim.failures += 1
            claim.save(update_fields=["failures"])
            if claim.failures >= MOST_FAILURES:
                stop(claim.letter)
    if refused:
        raise refused
    return claim


@transaction.atomic
def say_yes(*, by: Account, claim: Claim) -> Claim:
    """Give the word that a place is the organisation's: whoever kept it before keeps it no more.

    Raises `Refused` for who is neither staff nor of the town, and for who acts for the one or the other.
    """
    claim = _locked(claim)
    town = _decider(by, claim)
    if claim.ended_at:
        raise Refused
    if claim.held_at is None:
        former = keeper_of(claim.listing)
        if former:
            _end(former, why=_("La fiche est confiée à un autre organisme."), to_another=True)
        claim.decided_by, claim.decided_for = by, town
        claim.save(update_fields=["decided_by", "decided_for"])
        _hold(claim)
    return claim


@transaction.atomic
def say_no(*, by: Account, claim: Claim, why: str = "") -> Claim:
    """Refuse a claim, or end one that was held: the page says again what its sources say."""
    claim = _locked(claim)
    town = _decider(by, claim)
    claim.decided_by, claim.decided_for = by, town
    claim.save(update_fields=["decided_by", "decided_for"])
    return _end(claim, why=why)


@transaction.atomic
def give_up(*, account: Account, claim: Claim) -> Claim:
    """Give a place or a claim up: what the owner said goes with the owner."""
    return _give_up(_own(account, claim))


def end_claims_of(organisation: Organisation) -> None:
    """End what an organisation keeps and claims, in the transaction in which it ends itself."""
    for claim in Claim.objects.standing().filter(organisation=organisation).order_by("pk"):
        _give_up(_locked(claim))


def forget_places_of_nobody() -> int:
    """Forget the places that were added, and that nobody has kept or claimed for as long as letters are counted.

    Without a source, what is left is what somebody typed: a name, a number, perhaps the public cell of a home.
    """
    lately = Q(ended_at=None) | Q(ended_at__gt=timezone.now() - IN_SO_LONG)
    added = Listing.objects.filter(withdrawn_at__isnull=False, records=None, claims__isnull=False)
    return added.exclude(claims__in=Claim.objects.filter(lately)).delete()[0]


def keeper_of(listing: Listing) -> Claim | None:
    """Return the claim by which someone keeps this place, or None."""
    return keepers_of([listing]).get(listing.pk)


def keepers_of(listings: Collection[Listing]) -> dict[int, Claim]:
    """Return the claims by which someone keeps these places, by the number of the place."""
    held = Claim.objects.held().filter(listing__in=[one.pk for one in listings])
    return {one.listing_id: one for one in held.select_related("organisation__municipality")}


def may_decide(account: Account, claim: Claim) -> bool:
    """Whether the account may say yes or no to a claim: staff or the town, with no part in it."""
    return claim.pk in decided_by(account, [claim])


def decided_by(account: Account, claims: Collection[Claim]) -> set[int]:
    """Return the numbers of those of these claims that the account may say yes or no to."""
    own = {one.pk for one in acting_for(account)}
    towns = set(town_halls_of(account, responsible=True).values_list("municipality", flat=True))
    keepers = keepers_of([one.listing for one in claims])

    def has_part(claim: Claim) -> bool:
        keeper = keepers.get(claim.listing_id)
        return claim.organisation_id in own or (keeper is not None and keeper.organisation_id in own)

    decides = (one for one in claims if account.is_staff or one.listing.municipality_id in towns)
    return {one.pk for one in decides if not has_part(one)}


def ours(listing: Listing) -> str:
    """How one says that a place is one's own."""
    if listing.kind == Kind.ASSOCIATION:
        return _("C’est notre association")
    return _("C’est notre lieu") if listing.kind == Kind.PLACE else _("C’est ma boutique")


def _decider(account: Account, claim: Claim) -> Organisation | None:
    """Return the town hall that someone decides for, none for the staff; raise `Refused` for who may not."""
    if not may_decide(account, claim):
        raise Refused
    return None if account.is_staff else town_spoken_for(account, claim.listing.municipality)


def _hold(claim: Claim) -> None:
    stop(claim.letter)
    claim.held_at = timezone.now()
    claim.save(update_fields=["held_at"])
    put_in_charge(claim.listing)


def _give_up(claim: Claim) -> Claim:
    """End a claim; the one that was proved meanwhile keeps the place as it stands. Between two someone decides."""
    proved = Claim.objects.standing().filter(listing=claim.listing_id, held_at=None, proved_at__isnull=False)
    following = list(proved.exclude(pk=claim.pk)) if claim.held_at else []
    if len(following) != 1:
        return _end(claim, why="", stays_closed=True)
    ended = _end(claim, why="", to_another=True)
    _hold(_locked(following[0]))
    return ended


def _end(claim: Claim, *, why: str, **left: bool) -> Claim:
    if claim.ended_at is None:
        stop(claim.letter)
        claim.ended_at, claim.ended_why = timezone.now(), one_line(why, parameter="why", shortest=0, longest=300)
        claim.save(update_fields=["ended_at", "ended_why"])
        if claim.held_at:
            take_back_from(claim.listing)
            let_go(claim.listing, **left)
    return claim


def _post(claim: Claim) -> None:
    claim.letter = ask_for_door_letter(
        organisation=claim.organisation, addressee=claim.listing.title, door=door_of(claim.listing)
    )
    claim.letters, claim.failures = claim.letters + 1, 0
    claim.save(update_fields=["letter", "letters", "failures"])


def _buried(listing: Listing) -> bool:
    """Whether so many letters went to this place of late that no more do.

    What its owner added counts with all that was added at that address, under whichever name: it may be anyone's door.
    """
    there = Q(listing=listing)
    if listing.location and told_by_sources(listing.pk) is None:
        there |= Q(listing__location__dwithin=(listing.location, SAME_DOOR), listing__records__isnull=True)
    return _letters(there) >= MOST_AT_A_DOOR


def _posted_enough(account: Account) -> bool:
    return _letters(Q(asked_by=account)) >= MOST_OF_ONE


def _letters(of: Q) -> int:
    """Count the letters of these claims of late, over or not."""
    lately = Claim.objects.filter(of, letter__asked_at__gt=timezone.now() - IN_SO_LONG)
    return sum(letters for _pk, letters in lately.values_list("pk", "letters").distinct())


def _own(account: Account, claim: Claim) -> Claim:
    """Lock a claim that the account answers for; raise `Refused` for any other, and for one that is over."""
    claim = _locked(claim)
    if claim.ended_at or not acts_for(account, claim.organisation, responsible=True):
        raise Refused(_("Seul un responsable de l’organisme peut le faire."))
    return claim


def _locked(claim: Claim) -> Claim:
    """Lock the place, then the claim: two that are proved at once are held one after the other."""
    Listing.objects.select_for_update(of=["self"]).get(pk=claim.listing_id)
    claims = Claim.objects.select_for_update(of=["self"])
    return claims.select_related("listing__municipality", "organisation", "letter").get(pk=claim.pk)
