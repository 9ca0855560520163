"""What is made of the places of a town, kept in the process until a release changes them: public data, and no answer.

Only what whole towns are analysed with (docs/adr/0032-walking.md): nothing that is read around one person’s place.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sized
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from geo.models import Release

T = TypeVar("T", bound=Sized)


class Kept(Generic[T]):
    """Things made of places, each under a key; those least lately asked for go first."""

    def __init__(self, *, most: int):
        #: Sum of the lengths of what is kept.
        self.most = most
        self._things: OrderedDict[tuple, T] = OrderedDict()
        self._lock = Lock()

    def get(self, numbers: np.ndarray, make: Callable[[], T]) -> T:
        """Return what `make` makes of the places with these ids, as the releases that are active show them.

        Made anew after every activation and every rollback. Not kept is what was made while one happened, and what is
        larger alone than all that may be: it would push out the others, and itself.
        """
        stamp = Release.objects.active().stamp()
        key = stamp, hashlib.sha256(np.ascontiguousarray(numbers).tobytes()).digest()
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        if len(made) <= self.most and Release.objects.active().stamp() == stamp:
            with self._lock:
                self._things[key] = made
                while sum(map(len, self._things.values())) > self.most:
                    self._things.popitem(last=False)
        return made

    def forget(self) -> None:
        """Keep nothing: for tests, which change places without a release."""
        with self._lock:
            self._things.clear()

    def __len__(self) -> int:
        return len(self._things)
