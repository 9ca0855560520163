"""Divides homes into small compact groups that each obey a rule on their number and on the largest share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Directions in which a line may cut a group in two, evenly spread over half a turn.
DIRECTIONS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """What a group must hold: a weight of at least `least`, and no member above one of `parts` equal parts of it."""

    least: float
    parts: float = 1

    def holds(self, total: np.ndarray | float, heaviest: np.ndarray | float) -> np.ndarray | bool:
        """Whether groups of these total weights and heaviest members obey the rule."""
        return (total >= self.least) & (heaviest * self.parts <= total)

    def stricter(self, margin: float) -> Rule:
        """Return the rule that leaves so much room: 0.1 for a tenth more of both."""
        return Rule(self.least * (1 + margin), self.parts * (1 + margin))


def exact(weights: np.ndarray) -> np.ndarray:
    """Round to 1024ths, which floating point sums without error: a group obeys the rule in whatever order it is summed.

    >>> bool(exact(np.array([0.1, 0.2, 0.3]))[::-1].sum() == exact(np.array([0.1, 0.2, 0.3])).sum())
    True
    """
    return np.round(np.asarray(weights, dtype=float) * 1024) / 1024


def partition(places: np.ndarray, weights: np.ndarray, rule: Rule) -> np.ndarray:
    """Divide by lines, again and again, as long as both sides obey the rule.

    Parameters
    ----------
    places : array of shape (n, 2)
        Metres on a plane.
    weights : array of shape (n,)
        Of each member, `exact`, in the order of a key for life: the same members give the same groups.

    Returns
    -------
    array of shape (n,)
        Number of the group of each member, from 0. Members that break the rule all together are one group.

    Examples
    --------
    >>> partition(np.array([[0, 0], [1, 0], [9, 0], [10, 0]]), np.ones(4), Rule(least=2)).tolist()
    [1, 1, 0, 0]
    """
    groups = np.zeros(len(places), dtype=int)
    waiting = [np.arange(len(places))]
    count = 0
    while waiting:
        members = waiting.pop()
        sides = _best_cut(places[members], weights[members], rule)
        if sides is None:
            groups[members] = count
            count += 1
        else:
            waiting += [members[sides], members[~sides]]
    return groups


def _best_cut(places: np.ndarray, weights: np.ndarray, rule: Rule) -> np.ndarray | None:
    """Return which members lie on one side of the line that leaves the two most compact groups that obey the rule.

    Compact is what Ward's method means by it: the least sum of squared distances to the two centres. All cuts of all
    directions are weighed at once, by running sums along each direction.
    """
    if len(places) < 2 or not rule.holds(weights.sum() / 2, 0):
        return None
    angles = np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    relative = places - places.mean(axis=0)
    # Whole centimetres, so that members in line stay in the order of their keys on every processor.
    along = np.round(np.stack([np.cos(angles), np.sin(angles)], axis=1) @ relative.T, 2)
    order = np.argsort(along, axis=1, kind="stable")
    weight = weights[order]
    before, heaviest_before = weight.cumsum(axis=1)[:, :-1], np.maximum.accumulate(weight, axis=1)[:, :-1]
    after, heaviest_after = weights.sum() - before, np.maximum.accumulate(weight[:, ::-1], axis=1)[:, -2::-1]
    possible = rule.holds(before, heaviest_before) & rule.holds(after, heaviest_after)
    if not possible.any():
        return None
    moments = (weight[..., None] * relative[order]).cumsum(axis=1)
    left, right = moments[:, :-1], moments[:, -1:] - moments[:, :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        separation = (left**2).sum(axis=2) / before + (right**2).sum(axis=2) / after
    direction, cut = np.unravel_index(np.argmax(np.where(possible, separation, -1)), possible.shape)
    sides = np.zeros(len(places), dtype=bool)
    sides[order[direction, : cut + 1]] = True
    return sides
