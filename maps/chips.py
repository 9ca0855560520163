"""The category chips: everyday needs first, the other branches of the tree behind them."""

from __future__ import annotations

from dataclasses import dataclass

from directory.categories import Node, tree
from maps.cards import pictogram

#: Codes of `directory/categories.toml`.
EVERYDAY = ("bakery", "food", "pharmacy", "restaurants", "health")
#: Of one kind, so many are shown at first.
FEW = 5
#: A kind that is one thing to look for, whatever its branches.
WHOLE = "association"


@dataclass(frozen=True, slots=True)
class Chip:
    """A category to press: its code, the first of its names in the reader's language, the address of its pictogram."""

    code: str
    name: str
    icon: str


def everyday() -> list[Chip]:
    """The chips that are always shown."""
    return [_chip(tree()[code]) for code in EVERYDAY]


def others(chosen: list[str]) -> list[Chip]:
    """The branches right below the kinds, associations as one, and whatever else the address asks for."""
    kinds = {node.code for node in tree().values() if node.parent is None} - {WHOLE}
    branches = [node for node in tree().values() if node.parent in kinds or node.code in (WHOLE, *chosen)]
    return [_chip(node) for node in branches if node.code not in EVERYDAY]


def of_kind(kind: str, chosen: list[str]) -> tuple[list[Chip], list[Chip]]:
    """What is shown first of a kind, and its other branches behind that, with whatever else the address asks for."""
    below = [node for node in tree().values() if node.parent == kind]
    first = [node for node in map(tree().get, EVERYDAY) if node.kind == kind] or below[:FEW]
    chosen_too = [node for node in map(tree().get, chosen) if node and node not in below]
    return [_chip(node) for node in first], [_chip(node) for node in (*below, *chosen_too) if node not in first]


def _chip(node: Node) -> Chip:
    return Chip(node.code, node.name.partition(",")[0], pictogram(node.icon))
