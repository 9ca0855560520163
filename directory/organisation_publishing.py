"""An organisation says something in its own name, changes it, and takes it back: news of a town, an offer of a shop.

One set of deeds for every kind of `directory.organisation_kinds`. Who writes is never told, and where they live plays
no part: what is said goes out from the organisation's public page.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.attaching import attach, drawn_for
from directory.errors import TooManyThisMonth
from directory.models import Claim, Kind, Listing, ListingPhoto
from directory.organisation_audiences import KEPT, addressed
from directory.organisation_kinds import ORGANISATION_KINDS, OrganisationKind, Told
from directory.organisation_models import ByOrganisation
from directory.posting import PRESSED_TWICE, take_back
from directory.publishing import publish, refresh_entries
from directory.querysets import ListingQuerySet
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from geo.texts import one_line, paragraphs
from scopes.errors import Refused
from scopes.models import Account, Organisation
from scopes.moments import day_and_month
from scopes.organisations.proposing import acting_as
from scopes.viewer import Viewer


def pages_of(organisation: Organisation, own: OrganisationKind) -> list[Listing]:
    """The pages that an organisation keeps and may speak from, by title."""
    kept = Claim.objects.held().filter(organisation=organisation).values("listing")
    pages = Listing.objects.live().filter(pk__in=kept, kind__in=own.speaks_from)
    return list(pages.select_related("municipality").order_by("title", "pk"))


def may_say(account: Account, organisation: Organisation, own: OrganisationKind) -> bool:
    """Whether the account may say something of this kind for an organisation, once it has a page to speak from.

    Who writes for some quarters of a town alone has notices.
    """
    acting = acting_as(account, organisation)
    if acting is None or not acting.everywhere:
        return False
    return not own.admitted or (organisation.kind in own.admitted and organisation.admitted_at is not None)


def town_of(organisation: Organisation, place: Listing | None) -> Municipality | None:
    """The town that an organisation speaks in: that of its page, else the one that a town hall speaks for."""
    return place.municipality if place else organisation.municipality


@transaction.atomic
def say_for(*, account: Account, organisation: Organisation, kind: Kind, told: Told) -> ByOrganisation:
    """Say something for an organisation; pressed twice, it is said once.

    Raises `Refused` for who may not, `InvalidParameter` naming the field, `TooManyThisMonth`.
    """
    own = ORGANISATION_KINDS[kind]
    # Two at once wait for each other here, so that the second finds what the first said.
    organisation = Organisation.objects.select_for_update(of=["self"]).get(pk=organisation.pk)
    columns = _columns(account, organisation, own, told)
    photos = drawn_for(own, told.photos)
    whose = {"place": told.place} if told.place and not own.admitted else {"organisation": organisation}
    said = own.model.objects.filter(**whose)
    same = {name: columns[name] for name in ("title", "description", "level", "openness")}
    pressed = said.filter(published_at__gt=timezone.now() - PRESSED_TWICE, withdrawn_at=None, **same)
    if before := pressed.first():
        return before
    if left_this_month(own, organisation, told.place) <= 0:
        raise TooManyThisMonth(no_more_this_month(own, columns["municipality"]))
    _one_at_a_time(own, told.place, columns)
    made = publish(**columns, category=own.category, organisation=organisation, written_by=account)
    attach(made, photos)
    return made


def left_this_month(own: OrganisationKind, organisation: Organisation, place: Listing | None) -> int:
    """How many more may be said this month; what was taken back counts, so that it is not a way to say more."""
    month = _this_month(town_of(organisation, place))
    whose = {"organisation": organisation} if own.admitted else {"place": place}
    return own.most_a_month - own.model.objects.filter(**whose, published_at__gte=month).count()


def no_more_this_month(own: OrganisationKind, town: Municipality | None) -> str:
    """Say that as much as may be was said this month, and from which day more may be."""
    month = _this_month(town)
    following = (month + timedelta(days=31)).date().replace(day=1)
    words = _("C’est tout pour ce mois-ci, %(most)d au plus : la suite à partir du %(day)s.")
    return words % {"most": own.most_a_month, "day": day_and_month(following)}


def _this_month(town: Municipality | None) -> datetime:
    """The beginning of the month, by the clock of the town."""
    now = timezone.now().astimezone(ZoneInfo(town.time_zone) if town else None)
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def said_by(account: Account, organisation: Organisation, kind: Kind) -> ListingQuerySet:
    """What an organisation says and that is not over, the latest first; `NotFound` for who may not write for it."""
    own = ORGANISATION_KINDS[kind]
    if not may_say(account, organisation, own):
        raise NotFound
    standing = own.model.objects.filter(organisation=organisation, withdrawn_at=None, closes_at__gt=timezone.now())
    related = ("municipality", "category", "place__municipality", "organisation", "neighbourhood")
    return standing.select_related(*related).order_by("-published_at", "-pk")


def own_said(account: Account, organisation: Organisation, kind: Kind, public_id: UUID) -> ByOrganisation:
    """Find one of them; raise `NotFound` for anything else."""
    found = said_by(account, organisation, kind).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def change_said(*, account: Account, said: ByOrganisation, told: Told) -> ByOrganisation:
    """Change what is said; a new photo takes the place of the one before. The page that it speaks from stays."""
    own = ORGANISATION_KINDS[said.kind]
    # As in `say_for`: two at once wait for each other, so that no two offers overlap.
    Organisation.objects.select_for_update(of=["self"]).get(pk=said.organisation_id)
    held = own.model.objects.select_for_update(of=["self", "listing_ptr"])
    said = held.select_related("organisation").get(pk=said.pk)
    if told.place != said.place:
        raise InvalidParameter("place", _("Ce qui est dit reste de la même fiche."))
    columns = _columns(account, said.organisation, own, told, said)
    photos = drawn_for(own, told.photos)
    _one_at_a_time(own, said.place, columns, beside=said)
    for column, value in columns.items():
        setattr(said, column, value)
    said.save()
    if photos:
        ListingPhoto.objects.filter(listing=said).delete()
        attach(said, photos)
    refresh_entries([said.pk])
    return said


@transaction.atomic
def take_said_back(*, account: Account, said: ByOrganisation) -> ByOrganisation:
    """Take back what an organisation said, for good."""
    return take_back(own_said(account, said.organisation, said.kind, said.public_id))


def take_back_from(place: Listing) -> None:
    """Take back what was said from a page, in the transaction in which its owner leaves it."""
    for own in ORGANISATION_KINDS.values():
        for said in own.model.objects.filter(place=place, withdrawn_at=None):
            take_back(said)


def told_from(place: Listing, viewer: Viewer) -> ListingQuerySet:
    """What is said from a page now and this viewer may see, the latest first."""
    from_here = Q(news__place=place) | Q(promotion__place=place)
    seen = Listing.objects.live().visible_to(viewer).filter(from_here)
    return seen.select_related("municipality", "category").order_by("-published_at", "-pk")


def news_in(town: Municipality, viewer: Viewer) -> ListingQuerySet:
    """The news of a town that this viewer may see, the latest first."""
    seen = Listing.objects.live().visible_to(viewer).filter(kind=Kind.NEWS, municipality=town)
    related = ("municipality", "category", "organisation", "news__place")
    return seen.select_related(*related).order_by("-published_at", "-pk")


def _columns(
    account: Account,
    organisation: Organisation,
    own: OrganisationKind,
    told: Told,
    standing: ByOrganisation | None = None,
) -> dict[str, Any]:
    """The columns of what is said, checked."""
    if not may_say(account, organisation, own):
        raise Refused(_("Seul qui agit pour l’organisme, une fois admis, parle en son nom."))
    _check_place(told.place, pages_of(organisation, own), organisation)
    town = town_of(organisation, told.place)
    return {
        "title": one_line(told.title, parameter="title"),
        "description": paragraphs(told.text, parameter="text"),
        "municipality": town,
        "place": told.place,
        "location": told.place.location if told.place else None,
        **_far(told, town, standing),
        **own.columns(told, ZoneInfo(town.time_zone), timezone.now(), standing),
    }


def _far(told: Told, town: Municipality, standing: ByOrganisation | None) -> dict[str, Any]:
    """How far it goes; of what is changed perhaps as it did."""
    if told.to == KEPT and standing is not None:
        return {"level": standing.level, "openness": standing.openness}
    return addressed(to=told.to, quarter=told.quarter, place=told.place, town=town, shape=told.shape)


def _check_place(place: Listing | None, pages: Collection[Listing], organisation: Organisation) -> None:
    if (place is None and organisation.municipality_id is None) or (place is not None and place not in pages):
        raise InvalidParameter("place", _("Choisissez une fiche que votre organisme tient."))


def _one_at_a_time(
    own: OrganisationKind, place: Listing | None, columns: dict[str, Any], *, beside: ByOrganisation | None = None
) -> None:
    """A shop has one offer at a time, so that no pile holds two of it."""
    if own.admitted:
        return
    others = own.model.objects.filter(place=place, withdrawn_at=None).exclude(pk=beside and beside.pk)
    meanwhile = others.filter(opens_at__lt=columns["closes_at"], closes_at__gt=columns["opens_at"])
    if other := meanwhile.order_by("closes_at").first():
        last = (other.closes_at - timedelta(seconds=1)).astimezone(columns["closes_at"].tzinfo).date()
        day = {"last": f"{last:%d/%m/%Y}"}
        raise InvalidParameter("first", _("Une autre offre court jusqu’au %(last)s : une à la fois.") % day)
