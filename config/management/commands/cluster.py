"""Keeps the clone's database server up between commands, or lets it go again."""

from django.core.management.base import BaseCommand, CommandParser

from config.bootstrap.cluster import own_cluster


class Command(BaseCommand):
    """`./manage.py cluster keep` for a day of development, `./manage.py cluster release` at its end."""

    help = "By default the last command to end stops the clone's PostgreSQL; `keep` leaves it up until `release`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("wish", choices=["keep", "release"])

    def handle(self, *, wish: str, **options) -> None:
        own_cluster().keep(wish == "keep")
