"""`./manage.py releases`: lists the releases, activates one, or goes back to the one before."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from geo.activation import activate, roll_back
from geo.errors import AlentourError
from geo.importing.printing import print_release
from geo.models import Release


class Command(BaseCommand):
    """Shows and changes which vintages are seen."""

    help = "Montre les millésimes chargés ; en active un, ou revient au précédent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--activate", type=int, metavar="N", help="montrer ce millésime")
        deed.add_argument("--rollback", type=int, metavar="N", help="revenir de ce millésime actif au précédent")
        deed.add_argument("--report", type=int, metavar="N", help="imprimer le compte rendu de ce millésime")
        parser.add_argument("--force", action="store_true", help="montrer malgré les avertissements")

    def handle(self, **told) -> None:
        """Do the deed, then print what it changed; without one, print the list."""
        console = Console(file=self.stdout, highlight=False)
        number = next((told[deed] for deed in ("activate", "rollback", "report") if told[deed] is not None), None)
        if number is None:
            console.print(_table())
            return
        release = Release.objects.filter(pk=number).first()
        if release is None:
            raise CommandError(_("Il n’y a pas de millésime %(n)d.") % {"n": number})
        try:
            if told["activate"] is not None:
                activate(release=release, force=told["force"])
            elif told["rollback"] is not None:
                previous = roll_back(release=release)
                console.print(_("De nouveau actif : %(release)s.") % {"release": previous or _("aucun")})
        except AlentourError as error:
            raise CommandError(str(error)) from error
        print_release(console, release)


def _table() -> Table:
    """Every release, the latest first."""
    table = Table(
        "n°", _("données"), _("source"), _("territoire"), _("millésime"), _("état"), _("lieux"), _("chargé le")
    )
    for release in Release.objects.all():
        loaded = timezone.localtime(release.loaded_at)
        table.add_row(
            str(release.pk), release.get_dataset_display(), release.source, release.territory, release.vintage,
            release.get_state_display(), str(release.report.get("loaded", "")), f"{loaded:%d/%m/%Y %H:%M}",
        )  # fmt: skip
    return table
