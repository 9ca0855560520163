"""`./manage.py import_listings SOURCE PATH…`: listings from OSM, CSV or GeoJSON, with a truthful report."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from directory.importing.drafting import CategoryChoice
from directory.importing.files import import_files, parse_where
from directory.importing.report import Report
from directory.importing.tables import Columns
from geo.errors import AlentourError, InvalidParameter


class Command(BaseCommand):
    """Imports the listings of some files as one dataset of a source."""

    help = (
        "Importe commerces, lieux publics et associations : extrait OSM, CSV ou GeoJSON (.gz aussi). Les sources "
        "« bnlc », « rna » et « sirene » sont lues dans leur propre format."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("source", help="nom court de la source : osm, montpellier, sirene…")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dataset", default="", help="nom du jeu ; par défaut celui du fichier, sans millésime")
        parser.add_argument("--licence", default="", help="licence des données, montrée avec elles")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="colonne d'un champ")
        parser.add_argument(
            "--category", action="append", default=[], metavar="CODE|VALUE=CODE",
            help="catégorie de toutes les lignes, ou de celles d'une valeur de leur colonne",
        )  # fmt: skip
        parser.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE", help="lignes à garder")
        parser.add_argument("--municipality", default="", metavar="INSEE", help="ne lire que cette commune")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien changer")

    def handle(self, **options) -> None:
        """Import, and print the report that is stored."""
        console = Console(file=self.stdout, highlight=False)
        try:
            report = import_files(
                options["paths"],
                source=options["source"],
                dataset=options["dataset"],
                licence=options["licence"],
                columns=Columns(_pairs(options["map"])),
                choice=CategoryChoice.parse(options["category"]),
                wanted=parse_where(options["where"]),
                municipality=options["municipality"],
                dry_run=options["dry_run"],
            )
        except InvalidParameter as error:
            raise CommandError(f"--{error.parameter} : {error}") from error
        except AlentourError as error:
            raise CommandError(str(error)) from error
        console.print(report_table(report, dry_run=options["dry_run"]))


def _pairs(options: list[str]) -> dict[str, str]:
    if wrong := [option for option in options if "=" not in option]:
        raise InvalidParameter("map", f"« {wrong[0]} » : FIELD=COLUMN attendu.")
    return dict(option.split("=", 1) for option in options)


def report_table(report: Report, *, dry_run: bool) -> Table:
    """Return the report of an import as it is printed."""
    title = (
        f"Import à blanc, rien n'a changé ({report.seconds:.1f} s)" if dry_run else f"Import ({report.seconds:.1f} s)"
    )
    table = Table("", "lignes", "numéros", title=title)
    said = report.as_json()
    for label, name in _COUNTS.items():
        table.add_row(label, str(said[name]))
    for label, name in (("refusées", "rejected"), ("laissées de côté", "ignored"), ("valeurs écartées", "dropped")):
        for reason, of in said[name].items():
            more = ", …" if of["count"] > len(of["rows"]) else ""
            table.add_row(f"{label} : {reason}", str(of["count"]), ", ".join(of["rows"]) + more)
    return table


_COUNTS = {
    "lues": "read",
    "ajoutées": "added",
    "changées": "changed",
    "inchangées": "unchanged",
    "reconnues d'une autre source": "merged",
    "disparues": "gone",
    "à la commune seulement": "commune_only",
}
