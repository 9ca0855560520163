"""How far a search looks: a circle of people around a place, metres, or minutes on foot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.contrib.gis.measure import D
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter

FARTHEST = D(km=200)
DISTANCE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(m|km)", re.ASCII)
LONGEST_WALK = timedelta(minutes=30)
WALK = re.compile(r"(\d{1,3})min", re.ASCII)


class Level(StrEnum):
    """The circles, each returning what the narrower one returns plus its own; metres are ordered among themselves."""

    NEAREST = "nearest"
    DISTANCE = "distance"
    WALK = "walk"
    RESIDENCE = "residence"
    VOISINAGE = "voisinage"
    NEIGHBOURHOOD = "neighbourhood"
    MUNICIPALITY = "municipality"


#: Levels that are asked for by their name.
NAMED = frozenset(Level) - {Level.DISTANCE, Level.WALK}


@dataclass(frozen=True, slots=True)
class Within:
    """A circle by its level; `radius` belongs to `Level.DISTANCE` alone, `walk` to `Level.WALK`."""

    level: Level
    radius: D | None = None
    walk: timedelta | None = None

    @classmethod
    def parse(cls, text: str) -> Within:
        """Read `500m`, `1.5km`, `10min` on foot, or the name of a level; raise `InvalidParameter` otherwise."""
        if distance := DISTANCE.fullmatch(text):
            radius = D(**{distance[2]: float(distance[1])})
            if not D(m=0) < radius <= FARTHEST:
                raise InvalidParameter("within", _("La distance va de 1 m à 200 km."))
            return cls(Level.DISTANCE, radius)
        if minutes := WALK.fullmatch(text):
            walk = timedelta(minutes=int(minutes[1]))
            if not timedelta() < walk <= LONGEST_WALK:
                raise InvalidParameter("within", _("La marche va de 1 à 30 minutes."))
            return cls(Level.WALK, walk=walk)
        if text in NAMED:
            return cls(Level(text))
        message = _(
            "Attendu : une distance comme 500m ou 2km, une marche comme 10min, nearest, residence, voisinage,"
            " neighbourhood, municipality."
        )
        raise InvalidParameter("within", message)

    def __str__(self) -> str:
        if self.walk:
            return f"{self.walk // timedelta(minutes=1)}min"
        return f"{self.radius.m:.10g}m" if self.radius else self.level


NEAREST = Within(Level.NEAREST)
