"""Loads the communes of France, the demonstration towns and their listings."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from config.bootstrap.progress import step
from config.demonstration.steps import analyse, steps
from geo.errors import AlentourError


class Command(BaseCommand):
    """`./manage.py load_demo`: each step is one transaction, so that a killed run goes on where it was."""

    help = "Load every commune of France, Nantes-centre and Monaco; what is loaded already is left as it is."

    def handle(self, **options) -> None:
        """Do the steps that are not done."""
        changed = False
        try:
            for wanted in steps():
                if not wanted.done():
                    with step(fr=wanted.fr, en=wanted.en):
                        wanted.load()
                    changed = True
        except AlentourError as error:
            raise CommandError(str(error)) from error
        if changed:
            analyse()
