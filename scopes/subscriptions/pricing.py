"""The price list: what each kind of organisation pays a year, set by the staff."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.people import Account
from scopes.subscription_models import CENT, PAYING, Price

MOST = {"per_dwelling": Decimal("99999.99"), "yearly": Decimal("9999999.99")}


@transaction.atomic
def set_price(*, staff: Account, kind: str, per_dwelling: str = "", yearly: str = "") -> Price | None:
    """Set what a kind pays, for each dwelling or as one sum; with neither it pays nothing any more.

    What was quoted stays as it was. Raises `Refused` for who is not staff, `InvalidParameter` naming the field.
    """
    if not staff.is_staff:
        raise Refused
    if kind not in PAYING:
        raise InvalidParameter("kind", _("Les commerces, les associations et les habitants ne paient jamais."))
    told = {"per_dwelling": _euros("per_dwelling", per_dwelling), "yearly": _euros("yearly", yearly)}
    if all(told.values()):
        raise InvalidParameter("yearly", _("Un prix par logement, ou une somme par an : l’un des deux."))
    if not any(told.values()):
        Price.objects.filter(kind=kind).delete()
        return None
    price, _made = Price.objects.update_or_create(kind=kind, defaults=told)
    return price


def _euros(name: str, text: str) -> Decimal | None:
    """Read an amount as people write it, "0,50" or "1 200"; nothing where nothing is written."""
    typed = "".join(text.split()).replace(",", ".").removesuffix("€")
    if not typed:
        return None
    try:
        amount = Decimal(typed)
        if amount != amount.quantize(CENT) or not 0 < amount <= MOST[name]:
            raise InvalidOperation
    except InvalidOperation as error:
        raise InvalidParameter(name, _("Écrivez un prix en euros, comme 0,50.")) from error
    return amount
