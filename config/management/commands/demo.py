"""Opens the demonstration: tables, data, then the site."""

import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.bootstrap.progress import step
from config.serving import serve
from config.static_files import collect_if_changed


class Command(BaseCommand):
    """`./manage.py demo`: from a clone to an open page."""

    help = "Prepare everything, load the demonstration towns and serve them on http://127.0.0.1:8000/."
    requires_system_checks = []  # they load every page, 0.6 s, as the server is about to do

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="as root, install missing Debian packages")
        parser.add_argument("--no-serve", action="store_true", help="prepare everything, but do not serve")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, no_serve: bool, port: int, **options) -> None:
        with step(fr="Tables de la base", en="Database tables"):
            call_command("migrate", verbosity=0)
        call_command("load_demo")
        collect_if_changed()
        if not no_serve:
            sys.exit(serve(port=port))
