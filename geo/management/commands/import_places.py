"""`./manage.py import_places SOURCE PATH...`: places from files of open data, with a truthful report."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from geo.activation import activate
from geo.errors import AlentourError, InvalidParameter
from geo.importing.printing import print_release
from geo.importing.running import import_files
from geo.importing.sources import SOURCES, Options
from geo.models import Neighbourhood, Release

OPTIONS = ("kind", "municipality", "layer", "where", "encoding", "crs")


class Command(BaseCommand):
    """Imports places of one source: communes, neighbourhoods, buildings, addresses or streets."""

    help = "Importe des communes, quartiers, bâtiments, adresses ou voies. Sources : " + " ; ".join(
        f"{name} ({', '.join(source.datasets)})" for name, source in SOURCES.items()
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("source", choices=SOURCES, metavar="SOURCE", help=", ".join(SOURCES))
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dataset", choices=Release.Dataset.values, help="par défaut le premier de la source")
        parser.add_argument("--kind", choices=Neighbourhood.Kind.values, default="quartier", help="type des quartiers")
        parser.add_argument(
            "--municipality", default="", metavar="INSEE", help="commune de tout ce que disent les fichiers"
        )
        parser.add_argument(
            "--territory", default="", help="de quoi parle ce millésime ; par défaut la commune ou le fichier"
        )
        parser.add_argument("--vintage", default="", help="millésime : 2025-06")
        parser.add_argument("--layer", default="", help="couche à lire, s'il y en a plusieurs")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="colonne d'un champ")
        parser.add_argument("--where", default="", metavar="EXPR", help="condition SQL sur les colonnes")
        parser.add_argument("--encoding", default="", help="encodage, s'il n'est pas reconnu")
        parser.add_argument(
            "--crs", default="", metavar="EPSG:N", help="système de coordonnées, s'il n'est pas dit ou faux"
        )
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien changer")
        parser.add_argument("--activate", action="store_true", help="montrer aussitôt, sauf avertissement")
        parser.add_argument("--force", action="store_true", help="montrer malgré les avertissements")

    def handle(self, **told) -> None:
        """Import, print the report that is stored; end with 1 when nothing was imported, or not activated as asked."""
        console = Console(file=self.stdout, highlight=False)
        try:
            if told["dry_run"]:
                with transaction.atomic():
                    print_release(console, activate(release=self.load(console, told), force=True))
                    transaction.set_rollback(True)
                console.print(_("À blanc : rien n’a changé."))
                return
            release = self.load(console, told)
            try:
                if told["activate"]:
                    activate(release=release, force=told["force"])
            finally:
                print_release(console, release)
        except InvalidParameter as error:
            raise CommandError(f"--{error.parameter} : {error}") from error
        except AlentourError as error:
            raise CommandError(str(error)) from error

    def load(self, console: Console, told: dict) -> Release:
        """Load the files with a progress bar."""
        source = told["source"]
        known = set(Release.objects.filter(source=source).values_list("pk", flat=True))
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(_("Lecture"), total=None)
            release = import_files(
                source=source,
                paths=told["paths"],
                options=Options(
                    dataset=told["dataset"] or SOURCES[source].datasets[0],
                    mapping=_pairs(told["map"]),
                    **{name: told[name] for name in OPTIONS},
                ),
                territory=told["territory"],
                vintage=told["vintage"],
                progress=lambda rows, total: progress.update(task, completed=rows, total=total),
            )
        if release.pk in known:
            console.print(_("Ces fichiers sont déjà chargés : rien n’a changé."))
        return release


def _pairs(options: list[str]) -> dict[str, str]:
    if wrong := [option for option in options if "=" not in option]:
        raise InvalidParameter("map", _("« %(option)s » : FIELD=COLUMN attendu.") % {"option": wrong[0]})
    return dict(option.split("=", 1) for option in options)
