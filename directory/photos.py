"""Photos as they are kept: drawn anew, without anything that the original carried; the original is thrown away.

Place, moment, camera, name and thumbnail go with the metadata (privacy.md, 3.8). What a file is, its content says; how
many pixels it claims is read before any of them is drawn.
"""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from geo.errors import InvalidParameter

FORMATS = ("JPEG", "PNG", "WEBP")
#: Bytes of what is sent, and the longer side of what is kept.
MOST_BYTES, LONGEST_SIDE = 12 * 2**20, 1_600
SMALL_SIDE = 480
#: A JPEG is drawn smaller at once, yet a progressive one holds 3 bytes a pixel; the others are drawn whole, in 4.
#: Several pictures in one JPEG, as many telephones write them, are MPO to Pillow: the first is drawn.
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
QUALITY = 82
#: Pillow answers damaged files with any of these, depending on the format and on where it breaks.
DAMAGED = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, LookupError, MemoryError, TypeError,
    ZeroDivisionError, struct.error,
)  # fmt: skip
#: Paper behind what is transparent.
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A JPEG of pixels and nothing else."""

    content: bytes
    width: int
    height: int


def drawn_anew(content: bytes, *, parameter: str = "photo") -> Photo:
    """Return the photo as it is kept; raise `InvalidParameter` for what is none, is damaged, or is too large."""
    if len(content) > MOST_BYTES:
        raise InvalidParameter(parameter, _("Une photo de 12 Mo au plus."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of metadata that is odd: it is left behind anyway
            return _drawn(content, parameter)
    except InvalidParameter:
        raise
    except DAMAGED as error:
        raise InvalidParameter(
            parameter, _("Cette photo ne s’ouvre pas : envoyez un JPEG, un PNG ou un WebP.")
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidParameter(parameter, _too_many_pixels()) from error


def in_small(photo: Photo) -> Photo:
    """Return the same photo as lists show it."""
    with Image.open(io.BytesIO(photo.content)) as image:
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return _as_jpeg(image)


def _drawn(content: bytes, parameter: str) -> Photo:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS[image.format]:
            raise InvalidParameter(parameter, _too_many_pixels())
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # of a JPEG: an eighth, a quarter or a half is drawn
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        pixels = Image.new("RGB", upright.size, WHITE)
        whole = upright.convert("RGBA")
        pixels.paste(whole, mask=whole.getchannel("A"))
    return _as_jpeg(pixels)


def _as_jpeg(pixels: Image.Image) -> Photo:
    target = io.BytesIO()
    pixels.save(target, "JPEG", quality=QUALITY, optimize=True)
    return Photo(content=target.getvalue(), width=pixels.width, height=pixels.height)


def _too_many_pixels() -> str:
    return _("Cette photo est trop grande : réduisez-la d’abord.")
