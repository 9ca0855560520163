"""Asks for changes of residences and decides them: managers and the town at once, residents through the town."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Building, Municipality, Residence
from geo.regrouping import LONGEST_NAME, add_residence, merge_residences, name_residence, split_residence
from geo.texts import one_line
from scopes.errors import Refused
from scopes.homes import Membership
from scopes.managing import keep_managers
from scopes.organisations.reshaped import doors_of, keep_doors
from scopes.people import Account
from scopes.powers import management_of
from scopes.residence_changes import ResidenceChange
from scopes.tasks import renew_residences

Kind = ResidenceChange.Kind
#: Requests of one account that wait for the town.
MOST_WAITING = 5
LONGEST_WORDS = 300


@transaction.atomic
def ask_for_change(
    *,
    account: Account,
    kind: str,
    residences: Sequence[Residence] = (),
    municipality: Municipality | None = None,
    words: str = "",
    parts: Sequence[Sequence[str]] = (),
) -> ResidenceChange:
    """Ask for a change; a manager's of their own residences, and the town's, is done at once.

    Residents ask about the residence they are settled in; anyone may say that one is missing. Raises `Refused` or
    `InvalidParameter`, in which case nothing was asked.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    if kind not in Kind.values or bool(residences) == (kind == Kind.ADD):
        raise InvalidParameter("kind")
    if kind != Kind.ADD and not _concerns(account, residences):
        raise Refused(_("Seuls ceux qui habitent ou gèrent une résidence peuvent demander de la changer."))
    if _waiting(account) >= MOST_WAITING:
        raise Refused(_("Cinq de vos demandes attendent déjà une réponse."))
    town = residences[0].municipality if residences else municipality
    if town is None:
        raise InvalidParameter("municipality", _("Dites dans quelle commune."))
    words = _words(kind, words)
    change = ResidenceChange.objects.create(
        kind=kind, municipality=town, words=words, parts=list(parts), asked_by=account
    )
    change.residences.set(residences)
    return decide(account=account, change=change, done=True) if _decides(account, change) else change


@transaction.atomic
def decide(
    *,
    account: Account,
    change: ResidenceChange,
    done: bool,
    location: Point | None = None,
    dwellings: int = 0,
) -> ResidenceChange:
    """Do a change, or leave it; for a missing residence, `location` and `dwellings` say where and how big it is.

    Raises `Refused` for who may not, and for one that was decided before.
    """
    change = ResidenceChange.objects.select_for_update().get(pk=change.pk)
    if change.done is not None or not _decides(account, change):
        raise Refused
    if done:
        before = list(change.residences.all())
        doors = doors_of(before)
        made = _do(change, location, dwellings)
        keep_managers(before, made)
        keep_doors(doors, made)
        if change.kind != Kind.NAME:
            renew_residences.defer(municipality_id=change.municipality_id)
        if change.kind == Kind.ADD:
            change.residences.set(made)
    change.done, change.decided_by, change.decided_at = done, account, timezone.now()
    if change.kind == Kind.ADD:
        # It held an address where someone lives.
        change.words = ""
    change.save(update_fields=["done", "decided_by", "decided_at", "words"])
    return change


def _words(kind: str, words: str) -> str:
    """What is said of the change: where a missing residence is, else a name, or nothing."""
    if kind == Kind.ADD:
        return one_line(words, parameter="words", longest=LONGEST_WORDS, missing=_("Dites où elle est."))
    return one_line(words, parameter="name", shortest=0, longest=LONGEST_NAME)


def _do(change: ResidenceChange, location: Point | None, dwellings: int) -> list[Residence]:
    residences = list(change.residences.all())
    if change.kind == Kind.MERGE:
        return [merge_residences(residences=residences, name=change.words)]
    if change.kind == Kind.SPLIT:
        ids = dict(Building.objects.filter(residence__in=residences).values_list("key", "pk"))
        parts = [[ids.get(key, 0) for key in part] for part in change.parts]
        return split_residence(residence=residences[0], parts=parts)
    if change.kind == Kind.NAME:
        return [name_residence(residence=residences[0], name=change.words)]
    if location is None:
        raise InvalidParameter("location", _("Montrez où est la résidence."))
    return [add_residence(municipality=change.municipality, location=location, dwellings=dwellings)]


def _concerns(account: Account, residences: Sequence[Residence]) -> bool:
    """Whether the account lives, settled, in one of them, manages all, or runs the instance."""
    settled = Membership.objects.settled().filter(account=account, residence__in=residences)
    return settled.exists() or account.is_staff or _manages(account, residences)


def _decides(account: Account, change: ResidenceChange) -> bool:
    return account.is_staff or (change.kind != Kind.ADD and _manages(account, list(change.residences.all())))


def _manages(account: Account, residences: Sequence[Residence]) -> bool:
    return bool(residences) and all(management_of(account, residence.pk) for residence in residences)


def _waiting(account: Account) -> int:
    return ResidenceChange.objects.filter(asked_by=account, done__isnull=True).count()
