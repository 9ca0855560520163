"""Erases again those whom a restored backup brought back: run after any restore, before the site opens."""

from django.core.management.base import BaseCommand

from scopes.rights.erasing import replay


class Command(BaseCommand):
    """`./manage.py replay_erasures`: run twice, it erases nobody more."""

    help = "Erase again everyone who was erased before the backup was restored (docs/privacy.md)."

    def handle(self, **options) -> None:
        """Say how many came back."""
        self.stdout.write(f"{replay()} compte(s) effacé(s) de nouveau.")
