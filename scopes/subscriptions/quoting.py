"""A subscription is quoted by the staff, accepted once the customer signed, and ended."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.locks import Lock
from geo.models import Municipality
from geo.texts import legible_lines
from scopes.errors import Refused
from scopes.organisation_models import Organisation
from scopes.people import Account
from scopes.subscription_models import Price, Subscription
from scopes.subscriptions.counting import places_of

#: How long a quote stands.
VALID = timedelta(days=30)
#: The first day may lie so far from today.
FARTHEST = timedelta(days=366)
_ONE_NUMBER = Lock("numbers of quotes")
LONGEST_ADDRESS, MOST_LINES = 300, 6


@transaction.atomic
def quote(
    *,
    staff: Account,
    organisation: Organisation,
    address: str,
    starts_on: date,
    municipality: Municipality | None = None,
) -> Subscription:
    """Quote a year for an organisation, at the price of its kind, for a commune or the residences of its mandates.

    Raises `Refused` for who is not staff and for an organisation that is not admitted, `InvalidParameter`.
    """
    if not staff.is_staff or organisation.admitted_at is None or organisation.ended_at:
        raise Refused
    price = Price.objects.filter(kind=organisation.kind).first()
    if price is None:
        raise InvalidParameter("organisation", _("Cette sorte d’organisme n’a pas de prix : fixez-le d’abord."))
    if not abs(starts_on - timezone.localdate()) <= FARTHEST:
        raise InvalidParameter("starts_on", _("Le premier jour est à moins d’un an d’aujourd’hui."))
    lines = _lines(address)
    places = places_of(organisation, municipality=municipality)
    dwellings = sum(place["known"] + place["estimated"] for place in places)
    if price.per_dwelling and not dwellings:
        raise InvalidParameter(
            "organisation", _("Aucun logement n’est connu là : données non chargées, ou pas de mandat.")
        )
    return Subscription.objects.create(
        number=_number(),
        organisation=organisation,
        municipality=municipality,
        places=places,
        is_per_dwelling=price.per_dwelling is not None,
        unit_price=price.per_dwelling or price.yearly,
        quantity=dwellings if price.per_dwelling else 1,
        vat_rate=Decimal(settings.VAT_RATE) if settings.VAT_RATE else None,
        seller=_seller(),
        customer={"name": organisation.name, "address": lines, "siret": organisation.siret},
        valid_until=timezone.localdate() + VALID,
        starts_on=starts_on,
        ends_on=_a_year_after(starts_on),
        made_by=staff,
    )


@transaction.atomic
def accept(*, staff: Account, subscription: Subscription) -> Subscription:
    """Note that the customer signed; accepted twice, accepted once. A quote that is out of date is made anew."""
    if not staff.is_staff:
        raise Refused
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.accepted_at is None:
        if subscription.state != Subscription.State.QUOTED:
            raise Refused(_("Ce devis n’est plus valable : faites-en un autre."))
        subscription.accepted_at = timezone.now()
        subscription.save(update_fields=["accepted_at"])
    return subscription


@transaction.atomic
def end(*, staff: Account, subscription: Subscription) -> Subscription:
    """End a subscription before its day, or drop a quote."""
    if not staff.is_staff:
        raise Refused
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.ended_at is None:
        subscription.ended_at = timezone.now()
        subscription.save(update_fields=["ended_at"])
    return subscription


def _number() -> str:
    """Return the next number of the year: a line of numbers without holes, one quote after the other."""
    _ONE_NUMBER.hold()
    year = timezone.localdate().year
    last = Subscription.objects.filter(number__startswith=f"{year}-").order_by("-pk").first()
    return f"{year}-{int(last.number[5:]) + 1 if last else 1:04}"


def _a_year_after(day: date) -> date:
    """Return the last day of the year that begins on a day."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(day.year + 1, 2, 28)


def _lines(address: str) -> list[str]:
    lines = legible_lines(address)
    if not lines or len(lines) > MOST_LINES or sum(map(len, lines)) > LONGEST_ADDRESS:
        raise InvalidParameter("address", _("Écrivez l’adresse du client, en six lignes au plus."))
    return lines


def _seller() -> dict[str, str]:
    told = {name: settings.PUBLISHER[name] for name in ("name", "address", "phone", "contact")}
    return told | dict(settings.SELLER)
