"""`./manage.py import_events SOURCE PATH…`: events from calendars, OpenAgenda or tables, with a truthful report."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from directory.importing.event_files import import_events
from directory.management.commands.import_listings import report_table
from geo.errors import AlentourError, InvalidParameter


class Command(BaseCommand):
    """Imports the events of some files as one dataset of a source."""

    help = "Importe des événements : calendrier iCalendar, export JSON d'OpenAgenda, CSV (.gz aussi)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("source", help="nom court de la source : openagenda, ville, comite-des-fetes…")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dataset", default="", help="nom du jeu ; par défaut celui du fichier, sans millésime")
        parser.add_argument("--licence", default="", help="licence des données, montrée avec elles")
        parser.add_argument("--town", default="", metavar="INSEE", help="commune de ce qui ne dit pas où c'est")
        parser.add_argument("--municipality", default="", metavar="INSEE", help="ne lire que cette commune")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien changer")

    def handle(self, **options) -> None:
        """Import, and print the report that is stored."""
        names = ("source", "dataset", "licence", "town", "municipality", "dry_run")
        try:
            report = import_events(options["paths"], **{name: options[name] for name in names})
        except InvalidParameter as error:
            raise CommandError(f"--{error.parameter} : {error}") from error
        except AlentourError as error:
            raise CommandError(str(error)) from error
        Console(file=self.stdout, highlight=False).print(report_table(report, dry_run=options["dry_run"]))
