"""From public numbers to residences: of buildings (RNB), of addresses (BAN), and keys of residences themselves.

Each answers id -> numbers of the residences it stands for: none for a building that nobody lives in; an id that no
active release knows is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from geo.models import Address, Building, Residence

Standing = dict[str, frozenset[int]]


def residences_of_buildings(rnb_ids: Collection[str]) -> Standing:
    """Return the residences of buildings, by their numbers in the Référentiel national des bâtiments."""
    wanted = frozenset(rnb_ids)
    known = Building.objects.open().filter(rnb_ids__overlap=list(wanted)).values_list("rnb_ids", "residence")
    return _gathered((one, residence) for numbers, residence in known for one in wanted.intersection(numbers))


def residences_of_addresses(ban_ids: Collection[str]) -> Standing:
    """Return the residences that addresses open on, by their numbers in the Base Adresse Nationale."""
    keys = {address_key(one): one for one in ban_ids}
    known = Address.objects.open().filter(key__in=keys).values_list("key", "building__residence")
    return _gathered((keys[key], residence) for key, residence in known)


def residences_of_keys(keys: Collection[str]) -> Standing:
    """Return the residences of these keys."""
    return _gathered(Residence.objects.open().filter(key__in=list(keys)).values_list("key", "pk"))


def address_key(ban_id: str) -> str:
    """Return the key of an address by its number in the Base Adresse Nationale."""
    return f"ban:{ban_id}"


def _gathered(pairs: Iterable[tuple[str, int | None]]) -> Standing:
    found: dict[str, set[int]] = {}
    for one, residence in pairs:
        found.setdefault(one, set()).update({residence} - {None})
    return {one: frozenset(residences) for one, residences in found.items()}
