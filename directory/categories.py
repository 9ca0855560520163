"""The category tree of `categories.toml`: numbered in pre-order, found from OSM tags, NAF and RNA codes and names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import get_language

from directory.models import Category
from directory.words import plain
from geo.locks import Lock

SOURCE = Path(__file__).with_name("categories.toml")

#: Where an object carries several tags, the first of these keys that means a category wins.
OSM_KEYS = (
    "shop", "craft", "amenity", "healthcare", "social_facility", "office", "information", "tourism", "leisure",
    "emergency", "historic", "railway", "highway", "man_made", "landuse", "club",
)  # fmt: skip

#: Held by the one process that renumbers the tree.
_ONE_NUMBERING = Lock("categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A category of the file; its branch is the numbers from `number` to `last`, itself included."""

    code: str
    parent: str | None
    kind: str
    fr: str
    en: str
    icon: str
    osm: tuple[str, ...]
    naf: tuple[str, ...]
    #: First figures of social objects of the register of associations.
    rna: tuple[str, ...]
    #: Whether one person does this at home: "often", "sometimes" or never, "" (`directory.premises`).
    at_home: str
    #: Not worth listing without a name of its own.
    named: bool
    number: int
    last: int

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return self.en if get_language() == "en" else self.fr


@cache
def tree() -> dict[str, Node]:
    """Return every category by its code, in pre-order."""
    nodes: list[Node] = []
    for code, table in tomllib.loads(SOURCE.read_text(encoding="utf-8")).items():
        nodes.extend(_branch(code, table, number=len(nodes) + 1, above=None))
    return {node.code: node for node in nodes}


def branch_of(code: str) -> Node:
    """Return the category below the kind that this one belongs to: things of one branch may be the same thing."""
    node = tree()[code]
    while node.parent and tree()[node.parent].parent:
        node = tree()[node.parent]
    return node


def category_of_tags(tags: Mapping[str, str]) -> Node | None:
    """Return the category that OSM tags mean, a named value before the `*` of its key; None for what is not listed."""
    exact, rest = _by_osm_tag()
    present = [(key, value.strip()) for key in OSM_KEYS if key in tags for value in tags[key].split(";")]
    found = (exact.get(f"{key}={value}") for key, value in present)
    fallback = (rest.get(key) for key, value in present if value not in ("", "no", "vacant", "none"))
    return next(filter(None, found), None) or next(filter(None, fallback), None)


def category_of_naf(code: str) -> Node | None:
    """Return the category of a NAF rev. 2 code, with or without its point (`47.24Z`, `4724Z`)."""
    return _by_naf_code().get(code.replace(".", "").strip().upper())


def category_of_social_objects(*codes: str) -> Node:
    """Return the category of an association's social objects, the first that means one (`006030` is music)."""
    found = (_by_social_object().get(code[:3]) for code in codes)
    return next(filter(None, found), tree()["other_association"])


def category_of_name(name: str) -> Node | None:
    """Return the category of this code or of this French or English name, whatever its accents and plurals."""
    node = tree().get(name.strip())
    return node if node and node.parent else _by_name().get(_singular(name))


def sync_categories(**_of_the_signal: object) -> bool:
    """Bring the table in line with the file, in one transaction with the numbers in the search entries.

    Returns whether anything changed. A category that left the file goes when no listing uses it; while one does,
    the foreign key refuses, and nothing has changed.
    """
    nodes = list(tree().values())
    with transaction.atomic(), connection.cursor() as cursor:
        _ONE_NUMBERING.hold()
        if are_in_step():
            return False
        Category.objects.bulk_create(
            [Category(**dict(zip(_COLUMNS, _values(node), strict=False))) for node in nodes],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[column for column in _COLUMNS if column != "code"],
        )
        _join_parents(nodes)
        Category.objects.exclude(code__in=tree()).order_by("-number").delete()
        cursor.execute(_RENUMBER_ENTRIES)
    return True


def are_in_step() -> bool:
    """Whether the table says what the file says."""
    told = [_values(node) for node in tree().values()]
    return list(Category.objects.values_list(*_COLUMNS, "parent__code")) == told


_COLUMNS = ("code", "kind", "name_fr", "name_en", "icon", "osm_tags", "naf_codes", "number", "last")

# Raw: Django's UPDATE cannot join; one statement for a table of millions.
_RENUMBER_ENTRIES = """
    UPDATE directory_searchentry entry SET category_number = category.number
    FROM directory_listing listing JOIN directory_category category ON category.id = listing.category_id
    WHERE listing.id = entry.listing_id AND entry.category_number <> category.number
"""


def _values(node: Node) -> tuple:
    """The node as a row of the table, its parent's code last."""
    lists = (list(node.osm), list(node.naf))
    return (node.code, node.kind, node.fr, node.en, node.icon, *lists, node.number, node.last, node.parent)


def _join_parents(nodes: list[Node]) -> None:
    rows = Category.objects.in_bulk([node.code for node in nodes], field_name="code")
    for node in nodes:
        rows[node.code].parent = rows.get(node.parent)
    Category.objects.bulk_update(rows.values(), ["parent"])


def _branch(code: str, table: Mapping, *, number: int, above: Node | None) -> Iterator[Node]:
    """Yield the node and all below it, in pre-order from `number`; icon and `at_home` pass down."""
    below = {key: value for key, value in table.items() if isinstance(value, dict)}
    node = Node(
        code=code,
        parent=above.code if above else None,
        kind=above.kind if above else code,
        fr=table["fr"],
        en=table["en"],
        icon=table.get("icon") or (above.icon if above else ""),
        osm=tuple(table.get("osm", ())),
        naf=tuple(table.get("naf", ())),
        rna=tuple(table.get("rna", ())),
        at_home=table.get("at_home", above.at_home if above else ""),
        named=table.get("named", False),
        number=number,
        last=number + _size(table) - 1,
    )
    yield node
    number += 1
    for child, of_child in below.items():
        yield from _branch(child, of_child, number=number, above=node)
        number += _size(of_child)


def _size(table: Mapping) -> int:
    return 1 + sum(_size(value) for value in table.values() if isinstance(value, dict))


@cache
def _by_osm_tag() -> tuple[dict[str, Node], dict[str, Node]]:
    """Categories by `key=value`, and by the key of a `key=*`."""
    pairs = [(tag, node) for node in tree().values() for tag in node.osm]
    exact = {tag: node for tag, node in pairs if not tag.endswith("=*")}
    return exact, {tag.removesuffix("=*"): node for tag, node in pairs if tag.endswith("=*")}


@cache
def _by_naf_code() -> dict[str, Node]:
    return {naf.replace(".", ""): node for node in tree().values() for naf in node.naf}


@cache
def _by_social_object() -> dict[str, Node]:
    return {family: node for node in tree().values() for family in node.rna}


@cache
def _by_name() -> dict[str, Node]:
    """Categories by their names, and by each part of "Boulangerie, pâtisserie"; the first in the tree wins, no kind."""
    found: dict[str, Node] = {}
    for node in filter(attrgetter("parent"), tree().values()):
        whole = (node.fr, node.en)
        parts = [part for name in whole for part in name.split(",")]
        for name in (*whole, *parts):
            found.setdefault(_singular(name), node)
    return found


def _singular(name: str) -> str:
    """The words without the s or x of French plurals."""
    return " ".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in plain(name).split())
