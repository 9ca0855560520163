"""How fast people walk."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from math import ceil

#: Share of a minute that is no begun one: what floating point makes of a whole number.
A_TRIFLE = 1e-9


class Pace(Enum):
    """Kilometres per hour on foot: of most adults, and with a pram, a stick or a small child."""

    USUAL = 5
    SLOW = 3

    def metres_in(self, time: timedelta) -> float:
        """Return how far one comes in so much time.

        >>> Pace.SLOW.metres_in(timedelta(minutes=10))
        500.0
        """
        return self.value * 1000 * (time / timedelta(hours=1))

    def minutes_for(self, metres: float) -> int:
        """Return how many minutes a walk takes, begun ones counted whole.

        >>> Pace.USUAL.minutes_for(500.0), Pace.USUAL.minutes_for(501.0)
        (6, 7)
        """
        return ceil(metres * 60 / (self.value * 1000) - A_TRIFLE)
