"""Serves the site on the loopback with granian."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from config.serving import serve
from config.static_files import collect_if_changed


class Command(BaseCommand):
    """`./manage.py serve`: what the demo ends with."""

    help = "Serve the site on http://127.0.0.1:8000/ until interrupted."
    requires_system_checks = []  # they load every page, 0.6 s, as the server is about to do

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options) -> None:
        collect_if_changed()
        sys.exit(serve(port=port))
