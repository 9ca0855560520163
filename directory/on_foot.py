"""Says of what a walk finds how far it is along the streets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely

from geo.pace import Pace

if TYPE_CHECKING:
    from geo.walks import Start


def with_minutes(features: str, start: Start) -> str:
    """Return the features (a JSON array) with metres and minutes on foot in the reason of what has a public place.

    What a person said has none: it is shown at a public cell. One may leave the street before the point that is nearest
    to a door; what the area holds is never farther than the walk that was asked for.
    """
    told = json.loads(features)
    placed = [one for one in told if (one["geometry"] or {}).get("type") == "Point"]
    if not placed:
        return features
    walks = start.walks_to(shapely.points([one["geometry"]["coordinates"] for one in placed]))
    for one, metres in zip(placed, walks.metres.clip(max=start.metres).tolist(), strict=True):
        one["properties"]["why"] |= {"metres": round(metres), "minutes": max(1, Pace.USUAL.minutes_for(metres))}
    return json.dumps(told, ensure_ascii=False)
