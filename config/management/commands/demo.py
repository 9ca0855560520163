"""Opens the demonstration: tables, data, then the site."""

import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.demonstration import standing
from config.demonstration.questions import asked_when_done
from config.demonstration.steps import steps
from config.serving import serve
from config.static_files import collect_if_changed


class Command(BaseCommand):
    """`./manage.py demo`: from a clone to an open page; where all stands already, `standing.reopen` was quicker."""

    help = "Prepare everything, load the demonstration towns and serve them on http://127.0.0.1:8000/."
    requires_system_checks = []  # they load every page, 0.6 s, as the server is about to do

    def add_arguments(self, parser: CommandParser) -> None:
        standing.add_options(parser)

    def handle(self, *, no_serve: bool, port: int, **options) -> None:
        standing.forget()
        call_command("load_demo")
        collect_if_changed()
        if questions := asked_when_done(steps()):
            standing.remember(questions)
        if not no_serve:
            sys.exit(serve(port=port))
