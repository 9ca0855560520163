"""The levels a thing is addressed at: circles, each inside the next, and zones drawn for the occasion."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """From the narrowest circle to the widest, then the zone (`design.md`, section 2)."""

    RESIDENCE = "residence", _("mon immeuble")
    VOISINAGE = "voisinage", _("mon voisinage")
    NEIGHBOURHOOD = "neighbourhood", _("mon quartier")
    MUNICIPALITY = "municipality", _("ma ville")
    CATCHMENT = "catchment", _("une zone")

    @classmethod
    def circles(cls) -> list[tuple[str, str]]:
        """The circles as choices, narrowest first; a zone is none."""
        return [choice for choice in cls.choices if choice[0] != cls.CATCHMENT]
