"""`./manage.py renew_openings`: the openings of the coming 60 days, for every listing with hours."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from directory.renewing import openings_are_stale, renew_openings


class Command(BaseCommand):
    """Renews when doors are open; once a day is enough."""

    help = "Renouvelle les horaires d'ouverture des 60 jours à venir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--if-stale", action="store_true", help="seulement si plus d'un jour a passé")

    def handle(self, **options) -> None:
        """Renew, and say how many listings changed."""
        if options["if_stale"] and not openings_are_stale():
            return
        self.stdout.write(f"Horaires renouvelés : {renew_openings()} annonces.")
