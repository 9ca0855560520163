"""Opens a town: names the official files it needs, imports those that are there, says what the others cost."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from directory.importing.files import import_files
from geo.errors import AlentourError
from geo.importing.printing import print_release
from geo.importing.sources.osm import SOURCE as OSM
from geo.models import Municipality
from geo.opening_town import Outcome, open_town
from geo.town_files import osm_extract
from geo.towns import find_municipality


class Command(BaseCommand):
    """`./manage.py open_town CODE [--from FOLDER]`."""

    help = "Open a town, named by its INSEE code, a former code, its postcode or its name, from official files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("town", metavar="CODE", help="INSEE code, former code, postcode or name")
        parser.add_argument("--from", dest="folder", type=Path, help="folder of official files, searched through")
        parser.add_argument("--force", action="store_true", help="activate in spite of warnings")

    def handle(self, *, town: str, folder: Path | None, force: bool, **options) -> None:
        """Say what becomes of each kind of data, then of shops and public places."""
        if folder and not folder.is_dir():
            raise CommandError(_("%(folder)s n’est pas un dossier.") % {"folder": folder})
        console = Console(file=self.stdout)
        try:
            municipality = find_municipality(town)
        except AlentourError as error:
            raise CommandError(str(error)) from error
        console.print(f"[bold]{escape(municipality.name)}[/] ({municipality.insee_code})")
        outcomes = []
        for outcome in open_town(municipality=municipality, folder=folder, force=force):
            outcomes.append(outcome)
            if outcome.release:
                print_release(console, outcome.release)
        console.print(_summary(outcomes))
        try:
            console.print(_import_listings(municipality, folder))
        except AlentourError as error:
            raise CommandError(str(error)) from error
        if any(outcome.refusal for outcome in outcomes):
            raise CommandError(_("Des fichiers ont été refusés ; corrigez-les, ou insistez avec --force."))


def _summary(outcomes: list[Outcome]) -> Table:
    """A line for each kind of data: the file it came from, or what is missing and what that costs."""
    table = Table("", _("fichier"), _("ce qu’il en est"))
    for outcome in outcomes:
        wanted = outcome.wanted
        if outcome.release:
            state = _("%(n)d lignes chargées") % {"n": outcome.release.report["loaded"]}
        elif outcome.refusal:
            state = _("refusé : %(why)s") % {"why": outcome.refusal}
        elif outcome.earlier:
            state = _("déjà là : %(release)s") % {
                "release": f"{outcome.earlier.source} {outcome.earlier.vintage}".strip()
            }
        else:
            told = {"official": wanted.official, "cost": wanted.cost}
            state = _("manque : %(official)s. Sans lui : %(cost)s.") % told
        table.add_row(str(wanted.title), escape(outcome.path.name) if outcome.path else "—", escape(state))
    return table


def _import_listings(municipality: Municipality, folder: Path | None) -> str:
    """Import shops and public places from an OSM extract of the folder; return what to say about it."""
    extract = osm_extract(folder) if folder else None
    if extract is None:
        return _(
            "Commerces et lieux publics : il manque un extrait d’OpenStreetMap (.osm.pbf). Sans lui, seule la mairie "
            "se trouve ; un fichier de la ville s’importe par ./manage.py import_listings."
        )
    code = municipality.insee_code
    report = import_files([extract], source=OSM.name, dataset=code, licence=OSM.licence, municipality=code)
    told = {"file": extract.name, "added": report.added, "changed": report.changed, "gone": report.gone}
    return (
        _("Commerces et lieux publics (%(file)s) : %(added)d ajoutés, %(changed)d changés, %(gone)d disparus.") % told
    )
