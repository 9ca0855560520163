"""Django application `directory`."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The application `directory`."""

    name = "directory"
    default_auto_field = "django.db.models.BigAutoField"
