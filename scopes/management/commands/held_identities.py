"""The town's keys to the identities that the law makes it keep: made, and used, away from the site."""

import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.errors import AlentourError
from scopes.rights.holding import new_keys, open_boxes


class Command(BaseCommand):
    """`held_identities key` before opening; `held_identities find ID < private.key` when a judge orders it."""

    help = "Make the town's pair of keys, or find who wrote under a public id (docs/privacy.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        deeds.add_parser("key", help="make a pair of keys, shown once")
        find = deeds.add_parser("find", help="read the private key on standard input and find one identity")
        find.add_argument("public_id", help="the public id of whoever wrote, as the order names it")

    def handle(self, *, deed: str, public_id: str = "", **options) -> None:
        """Print keys, or identities; nothing is kept of either."""
        if deed == "key":
            private, public = new_keys()
            self.stdout.write(f"Clé privée, pour le coffre de la ville seul : {private}")
            self.stdout.write(f"ALENTOUR_HELD_IDENTITIES_KEY={public}")
            return
        try:
            found = list(open_boxes(sys.stdin.read(), public_id=public_id))
        except AlentourError as error:
            raise CommandError(str(error)) from error
        for identity in found:
            self.stdout.write(" · ".join(f"{name} : {told}" for name, told in identity.items()))
        if not found:
            self.stdout.write("Personne, parmi ce qui est gardé.")
