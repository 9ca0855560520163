"""The application that wires the others."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers what is checked before anything starts."""

    name = "config"

    def ready(self) -> None:
        """Load the checks."""
        from config import environment  # noqa: F401 - registers
