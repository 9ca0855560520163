"""Brings the translations in line with what the code and the templates say."""

from django.core.management.base import BaseCommand

from config.messages import renew


class Command(BaseCommand):
    """`./manage.py renew_messages`: after changing a text on screen; fill in `config/locale/en` and run it again."""

    help = "Bring config/locale in line with the texts on screen, compile it, and list what lacks its English."

    def handle(self, **options) -> None:
        for message in renew():
            self.stdout.write(f"no English yet: {message}")
