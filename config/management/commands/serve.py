"""Serves the site on the loopback with granian."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from config.serving import serve


class Command(BaseCommand):
    """`./manage.py serve`: what the demo ends with."""

    help = "Serve the site on http://127.0.0.1:8000/ until interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options) -> None:
        sys.exit(serve(port=port))
