"""Reads the page's own form: blank fields, "open now", and the circle shown when none was chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.search import SearchRequest
from directory.within import Within
from geo.texts import legible

#: The circle control, in order: what the address says -> what people read.
CIRCLES = {
    "residence": _("immeuble"),
    "voisinage": _("voisinage"),
    "neighbourhood": _("quartier"),
    "municipality": _("ville"),
    "250m": "250\u202fm",
    "500m": "500\u202fm",
    "1km": "1\u202fkm",
    "2km": "2\u202fkm",
    "10min": _("10 min à pied"),
}
#: What is shown of a place when no circle was chosen, by what kind of place it is.
USUAL_CIRCLE = "neighbourhood"
CIRCLE_OF = {"municipality": "municipality", "postcode": "municipality"}
NOW, AT, ANY_TIME = "now", "at", ""
#: The page's own parameter beside those of the search: `open=now`, or `open=at` with `open_at`.
OPEN = "open"


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What the form says, and the same as parameters of a search."""

    form: QueryDict
    search: QueryDict
    #: The reader has a home, which a search without a place starts from.
    at_home: bool = False

    @classmethod
    def read(cls, query: QueryDict, *, at_home: bool = False, kind: str = "") -> PageQuery:
        """Leave out blank fields and the coordinates of a place that was typed over; turn "open now" into a moment.

        What pasting leaves in a field, and nobody sees, is left out too; the page of one `kind` asks for that alone.
        """
        form = QueryDict(mutable=True)
        for name, values in query.lists():
            form.setlist(name, [text for value in values if (text := legible(value))])
        for name in [name for name in form if not form.getlist(name)]:
            del form[name]
        if kind:
            form["kind"] = str(kind)
        if "place" in form:
            form.pop("lat", None), form.pop("lon", None)
        if query.get(OPEN, AT) != AT:
            form.pop("open_at", None)
        search = form.copy()
        search.setdefault("within", USUAL_CIRCLE)
        if search.pop(OPEN, [ANY_TIME])[-1] == NOW:
            search["open_at"] = timezone.now().replace(second=0, microsecond=0).isoformat()
        return cls(form, search, at_home)

    @property
    def has_place(self) -> bool:
        """Whether it is known where the reader is: the form says it, or it is at home."""
        return self.at_home or self.names_place

    @property
    def names_place(self) -> bool:
        """Whether the form itself says where: what starts at a home is not put on paper."""
        return any(name in self.form for name in ("place", "address", "lat", "lon"))

    @property
    def within(self) -> str:
        """The circle asked for."""
        return self.search["within"]

    def around(self, request: SearchRequest) -> SearchRequest:
        """Show a whole town when a town was typed and no circle chosen."""
        if "within" not in self.form:
            self.search["within"] = CIRCLE_OF.get(request.here.type, USUAL_CIRCLE)
        return replace(request, within=Within.parse(self.search["within"]))

    @property
    def opening(self) -> str:
        """Which choice of opening times stands: any, now, or at a moment."""
        return self.form.get(OPEN, AT if "open_at" in self.form else ANY_TIME)

    @property
    def place(self) -> str:
        """What was typed into the place box."""
        return self.form.get("place") or self.form.get("address", "")

    @property
    def latitude(self) -> str:
        """Latitude of a sensed position, as text."""
        return self.form.get("lat", "")

    @property
    def longitude(self) -> str:
        """Longitude of a sensed position, as text."""
        return self.form.get("lon", "")

    @property
    def text(self) -> str:
        """What was typed into the what box."""
        return self.form.get("q", "")

    @property
    def moment(self) -> str:
        """The moment chosen, as a `datetime-local` field takes it."""
        return self.form.get("open_at", "")[:16]

    @property
    def categories(self) -> list[str]:
        """Codes of the chips that are pressed."""
        return self.form.getlist("category")

    def address(self, **changes: str) -> str:
        """The query string of the same search with changes; a page of results keeps the moment of its first page."""
        query = self.search.copy() if changes else self.form.copy()
        query.pop("cursor", None)
        for name, value in changes.items():
            query[name] = value
        return "?" + urlencode(sorted(query.lists()), doseq=True)
