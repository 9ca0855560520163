"""What is particular to one kind of exchange, as one value; everything else is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.forms import Form
from django.utils.functional import Promise

from directory.categories import Node, tree
from directory.exchange_models import Exchange, Once
from directory.listing_kinds import Kind
from scopes.levels import Level
from scopes.viewer import Home

ALL = Q()


class Given(StrEnum):
    """How a thing goes to whoever asked for it: for good, or until a day."""

    KEPT = "kept"
    LENT = "lent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeKind:
    """One kind of exchange: its branch of categories is the one whose root has its name."""

    kind: Kind
    model: type[Exchange]
    #: Its word in addresses: `/publier/<slug>/`.
    slug: str
    #: What one chooses to begin with ("Je propose, je cherche un service"), and a few words below.
    name: Promise
    about: Promise
    #: Several of them, in one or two words, where what is said is narrowed to a kind.
    several: Promise
    #: Name of its pictogram in Maki.
    icon: str
    #: The fields of its own columns, and no others: `cleaned_data` are the columns.
    form: type[Form]
    #: Its own columns as the API tells them: JSON Schema by the name of the column.
    schema: Mapping[str, Mapping[str, object]]
    #: What a card says of it in a few short words, from what the API tells.
    facts: Callable[[Mapping[str, object]], list[str]]
    #: How long it is shown; its author renews it.
    lifetime: timedelta
    #: How it goes to whoever asked for it, from what the API tells; not at all where it is looked for, or no thing.
    given: Callable[[Mapping[str, object]], Given | None] = lambda told: None
    levels: tuple[Level, ...] = tuple(Level)
    #: Whether something is looked for, by its columns; where nothing ever is, nothing spreads by itself.
    is_request: Callable[[Mapping[str, object]], bool] | None = None
    most_photos: int = 1
    #: Whether its author may open it to everyone, without a name.
    may_open: bool = True
    #: Whether others see about where it was said, and when; what tells neither is read in its circle, and not searched.
    tells_where_and_when: bool = True
    #: Whether its author may show it for as long again; and which of its table alone, where not all.
    renews: bool = True
    renewed: Q = ALL
    #: Who may say it, where not everyone whose home is proved may; and when others read it, where not at once.
    may_say: Callable[[Home], bool] = lambda home: True
    appears_at: Callable[[Home], datetime] | None = None
    #: What the line that names it asks for; empty where it asks as usual.
    asks: Promise | str = ""
    #: Completes the columns, or refuses them, by who says it; and what no edit changes.
    completed: Callable[[Home, Mapping[str, object]], dict[str, object]] | None = None
    fixed: frozenset[str] = frozenset()
    #: Whether its columns name it: its author is not asked for a title, `completed` gives it one.
    names_itself: bool = False
    #: Refuses columns that cannot go together, once completed and at each edit, by the clock of a time zone.
    check: Callable[[Mapping[str, object], str], None] | None = None
    #: Refuses an edit that would break what its author agreed with someone; and what follows when they take it back, or
    #: say that it is done.
    keeps: Callable[[Exchange], None] | None = None
    let_go: Callable[..., None] | None = None
    #: When it is over by itself, however long its kind lives; by the same.
    over_at: Callable[[Mapping[str, object], str], datetime | None] = lambda columns, time_zone: None
    #: What one person says once (`directory.saying_once`), by circle and columns; and what they are told then.
    once: Callable[[Home, Level, Mapping[str, object]], str] | None = None
    said_already: Promise | str = ""
    #: Of its own columns, what its author may say yes to only while everyone may read it.
    only_open: frozenset[str] = frozenset()
    #: Codes of the categories (with all below them) that stay with verified members: absence, keys, children.
    kept: frozenset[str] = frozenset()

    @property
    def root(self) -> Node:
        """The category that all of its are below."""
        return tree()[self.kind]

    @property
    def is_done_once(self) -> bool:
        """Whether its author says one day that it is done."""
        return issubclass(self.model, Once)

    def has_category(self, code: str) -> bool:
        """Whether something of this kind may be of this category."""
        node = tree().get(code)
        return node is not None and node.kind == self.kind and node.number == node.last

    def opens(self, *, category: str, level: str) -> bool:
        """Whether something of this category, said to this circle, may be opened to everyone."""
        number = tree()[category].number
        is_kept = any(tree()[code].number <= number <= tree()[code].last for code in self.kept)
        return self.may_open and level != Level.RESIDENCE and not is_kept
