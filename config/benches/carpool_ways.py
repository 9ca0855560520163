"""Ways from one place to another that wander as roads do: as long as a drive, with as many bends as are kept of one."""

from __future__ import annotations

import struct
from math import pi

import numpy as np

from config.benches.synthetic import KM_PER_DEGREE

#: Kilometres from bend to bend; how far one is aside at random; and shares of the straight way by which one, two and
#: three bows lead off it.
BEND_KM, ASIDE_KM = 0.3, 0.02
BOWS = np.array((0.06, 0.04, 0.03))
#: Extended well-known binary of a line: byte order, type with SRID, SRID, how many points.
EWKB_LINE = struct.Struct("<BIII")


def ways(ends: np.ndarray, chance: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """Draw a way for each pair of ends, of shape (n, 2, 2) in degrees. Return the lines as EWKB, and their metres."""
    starts, spans = ends[:, 0], ends[:, 1] - ends[:, 0]
    km = np.stack([np.cos(np.radians(starts[:, 1])), np.ones(len(ends))], axis=1) * KM_PER_DEGREE
    straight = np.hypot(*(spans * km).T)
    points_of = np.maximum(1, np.ceil(straight / BEND_KM).astype(int)) + 1
    of, firsts = np.repeat(np.arange(len(ends)), points_of), np.cumsum(points_of) - points_of
    along = (np.arange(len(of)) - firsts[of]) / (points_of - 1)[of]
    bows = (chance.normal(size=(len(ends), len(BOWS))) * BOWS * straight[:, None])[of]
    aside = (bows * np.sin(pi * along[:, None] * np.arange(1, len(BOWS) + 1))).sum(axis=1)
    aside += chance.normal(scale=ASIDE_KM, size=len(of)) * ((along > 0) & (along < 1))
    across = (spans * km)[:, ::-1] * (-1, 1) / np.maximum(straight, 1e-9)[:, None]
    points = starts[of] + spans[of] * along[:, None] + across[of] * aside[:, None] / km[of]
    # The ends to every digit: they are the meeting points themselves.
    points[firsts], points[firsts + points_of - 1] = ends[:, 0], ends[:, 1]
    steps = np.hypot(*(np.diff(points, axis=0) * km[of[1:]]).T) * (of[1:] == of[:-1])
    metres = 1_000 * np.bincount(of[1:], steps, minlength=len(ends))
    lines = (
        EWKB_LINE.pack(1, 0x20000002, 4326, count) + points[first : first + count].astype("<f8").tobytes()
        for first, count in zip(firsts.tolist(), points_of.tolist(), strict=True)
    )
    return [line.hex() for line in lines], metres
