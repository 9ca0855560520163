"""What a ride may cost: a share of the driver's costs, never more (code des transports, L3132-1 and R3132-1 to 2).

The costs are told by the scale of the tax office (*barème kilométrique*, CGI annexe IV, article 6 B), of which the car
of 3 CV or less is the least: whoever drives a bigger one pays more of it. Driver and passengers share alike; tolls,
which no source here tells, are left out.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from django.conf import settings


def most_cents(*, metres: int, seats: int) -> int:
    """Return the most that one seat may cost, in whole euro cents, of a car with so many seats for others.

    >>> most_cents(metres=10_000, seats=1), most_cents(metres=10_000, seats=3)
    (264, 132)
    """
    costs = Decimal(settings.CARPOOL_COSTS) * metres / 10
    return int((costs / (seats + 1)).to_integral_value(ROUND_DOWN))
