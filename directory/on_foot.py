"""Says of what a walk finds how far it is along the streets."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING

import shapely

from geo.pace import Pace

if TYPE_CHECKING:
    from geo.walks import Start


def with_minutes(features: str, start: Start) -> str:
    """Return the features (a JSON array) with metres and minutes on foot in the reason of what has a public place.

    What a person said has none: it is shown at a public cell. Nor has what the area holds though no such walk leads
    there, as the other bank of a canal: it says how far it is as the crow flies.
    """
    told = json.loads(features)
    placed = [one for one in told if (one["geometry"] or {}).get("type") == "Point"]
    if not placed:
        return features
    walks = start.walks_to(shapely.points([one["geometry"]["coordinates"] for one in placed]))
    for one, metres in zip(placed, walks.metres.tolist(), strict=True):
        if isfinite(metres):
            one["properties"]["why"] |= {"metres": round(metres), "minutes": max(1, Pace.USUAL.minutes_for(metres))}
    return json.dumps(told, ensure_ascii=False)
