"""Places house numbers along streets from the ranges of their segments, where no survey of addresses is loaded."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely

from geo.importing import Row
from geo.models import Municipality, Street
from geo.wording import comparable

#: Metres from the axis of the street to the front of its houses: half a street of 8 m, a pavement, and a step inside.
TO_THE_HOUSES = 6.0
METRES_PER_DEGREE = 111_320.0


def interpolated_addresses(insee_code: str) -> Iterator[Row]:
    """Yield one address for each number in the ranges of a commune's streets, marked as interpolated.

    Numbers go in steps of two along a segment, evenly spaced, on the side that the range says. A number that several
    segments hold stands on the first.
    """
    town = Municipality.objects.get(insee_code=insee_code)
    postcode = town.postcodes[0] if len(town.postcodes) == 1 else ""
    streets = Street.objects.filter(municipality=town, closed_on__isnull=True).exclude(name="").order_by("key")
    seen = set()
    for street in streets.iterator():
        line = shapely.from_wkb(bytes(street.line.wkb))
        for number, point in numbers_along(street, line):
            key = f"interpolated:{insee_code}/{comparable(street.name).replace(' ', '-')}/{number}"
            if key not in seen:
                seen.add(key)
                told = {"number": number, "street_name": street.name, "postcode": postcode, "interpolated": True}
                yield Row(street.key, point, told, key=key, insee_code=insee_code)


def numbers_along(street: Street, line: shapely.LineString) -> Iterator[tuple[int, shapely.Point]]:
    """Yield the numbers of a segment with their points (degrees), left side first."""
    for side, first, last in ((1, street.left_from, street.left_to), (-1, street.right_from, street.right_to)):
        numbers = numbers_between(first, last)
        for rank, number in enumerate(numbers):
            yield number, beside(line, (rank + 0.5) / len(numbers), side * TO_THE_HOUSES)


def numbers_between(first: int | None, last: int | None) -> list[int]:
    """Return the numbers of a range, in its direction; both ends are of one side of the street, so of one parity.

    >>> numbers_between(9, 3)
    [9, 7, 5, 3]
    """
    if not first or not last:
        return [first or last] if first or last else []
    step = 1 if (first - last) % 2 else 2
    return list(range(first, last + 1, step)) if first <= last else list(range(first, last - 1, -step))


def beside(line: shapely.LineString, share: float, metres: float) -> shapely.Point:
    """Return the point beside a line (degrees) at a share of its length, to the left for positive `metres`."""
    scale = np.array([math.cos(math.radians(line.coords[0][1])), 1.0]) * METRES_PER_DEGREE
    flat = shapely.transform(line, lambda points: points * scale)
    at = share * flat.length
    point = np.array(flat.interpolate(at).coords[0])
    before, after = (np.array(flat.interpolate(max(0.0, at + step)).coords[0]) for step in (-1.0, 1.0))
    along = after - before
    length = float(np.hypot(*along))
    to_the_left = np.array([-along[1], along[0]]) / length if length else np.zeros(2)
    return shapely.Point((point + metres * to_the_left) / scale)
