"""Pages of one kind of thing: the same search, circle control, list and map, under a name of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds import KINDS
from directory.models import Kind
from maps.queries import PageQuery

#: What leads from one section to another is where one is and how far one looks.
KEPT = ("place", "address", "lat", "lon", "within")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Everything of one kind that is around *here*."""

    kind: Kind
    #: Its word in addresses: `/<slug>/`.
    slug: str
    name: Promise
    #: What its page is called before a place is chosen, and around one.
    lead: Promise
    around: Promise
    #: What an empty list says, and what whoever has something of it may do.
    nothing: Promise
    ours: Promise

    @property
    def url_name(self) -> str:
        """The name of its route."""
        return f"section-{self.kind}"

    @property
    def is_said_by_neighbours(self) -> bool:
        """Whether neighbours publish it, from a home; else organisations keep its pages."""
        return self.kind in KINDS

    @property
    def ours_url(self) -> str:
        """Where one publishes what is one's own."""
        return reverse("share", args=[KINDS[self.kind].slug]) if self.is_said_by_neighbours else reverse("add-place")


SECTIONS: Mapping[Kind, Section] = {
    section.kind: section
    for section in (
        Section(
            kind=Kind.MERCHANT,
            slug="commerces",
            name=gettext_lazy("Commerces"),
            lead=gettext_lazy("Quels commerces autour de vous, et lesquels sont ouverts ?"),
            around=gettext_lazy("Commerces autour de %(here)s"),
            nothing=gettext_lazy("Aucun commerce n’est encore connu ici. Vous en tenez un ?"),
            ours=gettext_lazy("C’est ma boutique : l’ajouter"),
        ),
        Section(
            kind=Kind.ASSOCIATION,
            slug="associations",
            name=gettext_lazy("Associations"),
            lead=gettext_lazy("Quelles associations autour de vous ?"),
            around=gettext_lazy("Associations autour de %(here)s"),
            nothing=gettext_lazy(
                "Aucune association n’est connue ici. Beaucoup le sont à leur commune seulement : "
                "regardez toute la ville."
            ),
            ours=gettext_lazy("C’est notre association : l’ajouter"),
        ),
        Section(
            kind=Kind.SERVICE,
            slug="services",
            name=gettext_lazy("Services"),
            lead=gettext_lazy("Quels coups de main entre voisins, autour de vous ?"),
            around=gettext_lazy("Services entre voisins autour de %(here)s"),
            nothing=gettext_lazy("Personne n’a encore proposé ni cherché de service ici."),
            ours=gettext_lazy("Proposer ou chercher un service"),
        ),
        Section(
            kind=Kind.LOAN,
            slug="prets",
            name=gettext_lazy("Prêts"),
            lead=gettext_lazy("Que peut-on emprunter autour de vous ?"),
            around=gettext_lazy("Prêts autour de %(here)s"),
            nothing=gettext_lazy("Personne ne prête encore rien ici : une perceuse, une tente, un moule à gâteau ?"),
            ours=gettext_lazy("Prêter quelque chose"),
        ),
        Section(
            kind=Kind.CLASSIFIED,
            slug="petites-annonces",
            name=gettext_lazy("Petites annonces"),
            lead=gettext_lazy("Que donne-t-on, que vend-on autour de vous ?"),
            around=gettext_lazy("Petites annonces autour de %(here)s"),
            nothing=gettext_lazy("Rien à donner ni à vendre ici pour l’instant."),
            ours=gettext_lazy("Donner, vendre ou chercher un objet"),
        ),
    )
}


def heading(section: Section | None, here: str) -> str:
    """What a list around a place is called: "Commerces autour de Nantes"."""
    around = section.around if section else _("Autour de %(here)s")
    return str(around) % {"here": here or _("vous")}


@dataclass(frozen=True, slots=True)
class Way:
    """A link to a section around the same place."""

    name: str
    url: str
    is_here: bool


def ways(query: PageQuery, current: str = "") -> list[Way]:
    """Everything, each section, and the agenda, around the place that is looked at; `current` names a route."""
    kept = [(name, query.form[name]) for name in KEPT if name in query.form]
    asked = f"?{urlencode(kept)}" if kept else ""
    names = {section.url_name: str(section.name) for section in SECTIONS.values()}
    names |= {"rides": _("Covoiturages"), "agenda": _("Agenda")}
    if query.has_place or current != "home":
        names = {"home": _("Tout")} | names
    return [Way(name, reverse(route) + asked, route == current) for route, name in names.items()]


def ways_around(place: str, within: str) -> list[Way]:
    """The same around a place by its name, from a page that is none of them."""
    return ways(PageQuery.read(QueryDict(urlencode({"place": place, "within": within}))))
