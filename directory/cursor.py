"""The mark between two pages of a search: sealed, and good for that very search only.

It holds what the page before ended with (a distance and a tie-break, both without meaning elsewhere), never a position.
It is signed rather than encrypted with a random salt, so that the same question gets the same bytes from everyone.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter

#: Rows shown before, day of the tie-break, distance in metres (infinite for what has no place), tie-break.
LAYOUT = struct.Struct("<IIdq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a page ended, in the order (distance, keyed hash)."""

    shown: int
    day: int
    metres: float
    tie: int

    @classmethod
    def at_the_start(cls) -> Mark:
        """Mark the place before everything, today."""
        return cls(shown=0, day=datetime.now(UTC).toordinal(), metres=-math.inf, tie=0)

    def moved(self, *, rows: int, metres: float, tie: int) -> Mark:
        """Mark the place `rows` further on, after the row at this distance and tie-break."""
        return Mark(shown=self.shown + rows, day=self.day, metres=metres, tie=tie)

    def sealed(self, *, search: str) -> str:
        """Write the mark as an opaque text bound to `search`, the fingerprint of everything asked but the page."""
        return _signer(search).sign(b64_encode(LAYOUT.pack(self.shown, self.day, self.metres, self.tie)).decode())

    @classmethod
    def opened(cls, text: str, *, search: str) -> Mark:
        """Read a sealed mark; raise `InvalidParameter` for one of another search, or of nobody's making."""
        try:
            shown, day, metres, tie = LAYOUT.unpack(b64_decode(_signer(search).unsign(text).encode()))
        except (BadSignature, ValueError, struct.error) as error:
            raise InvalidParameter("cursor", _("Ce repère de page ne vient pas de cette recherche.")) from error
        return cls(shown=shown, day=day, metres=metres, tie=tie)


def _signer(search: str) -> Signer:
    return Signer(salt=f"directory.cursor:{search}", sep=".")
