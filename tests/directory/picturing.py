"""Photos for tests, made as the test wants them, with everything a telephone would put into them."""

from __future__ import annotations

import io

from PIL import Image

#: In the metadata of every photo of the tests: the words of a place and a camera.
CANARY = "CANARI-47.2173"


def picture(
    kind: str = "JPEG", *, size: tuple[int, int] = (320, 240), mode: str = "RGB", turned: bool = False
) -> bytes:
    """A picture whose upper left corner is red, with metadata."""
    image = Image.new(mode, size, 0 if mode in ("L", "1", "P") else (40, 90, 160, 0)[: len(mode)])
    if mode in ("RGB", "RGBA"):
        image.paste((220, 20, 20, 255)[: len(mode)], (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x010E] = f"{CANARY} description"
    exif[0x0110] = f"{CANARY} camera"
    exif.get_ifd(0x8825)[0x001D] = CANARY
    if turned:
        exif[0x0112] = 6  # to be shown turned right by a quarter
    target = io.BytesIO()
    more = {"comment": CANARY.encode()} if kind == "JPEG" else {}
    image.save(target, kind, exif=exif.tobytes(), **more)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    """What was drawn anew."""
    return Image.open(io.BytesIO(content))
