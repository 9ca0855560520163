"""Photos are drawn anew: pixels stay, everything else goes; what is damaged, huge or something else is refused."""

import io
import zlib
from struct import pack

import pytest
from PIL import Image, PngImagePlugin

from directory import photos
from directory.photos import LONGEST_SIDE, MOST_BYTES, drawn_anew
from geo.errors import InvalidParameter
from tests.directory.picturing import CANARY, opened, picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_the_original_carried_is_kept(kind):
    original = picture(kind)
    assert CANARY.encode() in original
    kept = drawn_anew(original)
    image = opened(kept.content)
    assert CANARY.encode() not in kept.content and kept.content[:2] == b"\xff\xd8"
    assert not image.getexif() and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (image.format, image.size) == ("JPEG", (kept.width, kept.height)) == ("JPEG", (320, 240))


def test_text_of_a_png_and_a_profile_go_too():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", CANARY)
    target = io.BytesIO()
    Image.new("RGB", (20, 20)).save(target, "PNG", pnginfo=told, icc_profile=CANARY.encode() * 10)
    assert CANARY.encode() not in drawn_anew(target.getvalue()).content


def test_it_is_turned_as_the_camera_was_held():
    kept = drawn_anew(picture(turned=True))
    assert (kept.width, kept.height) == (240, 320)
    red, _green, _blue = opened(kept.content).getpixel((230, 10))
    assert red > 180, "the upper left corner is now the upper right one"


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1601, 10)])
def test_it_is_never_longer_than_1600_pixels(size):
    kept = drawn_anew(picture(size=size))
    assert max(kept.width, kept.height) == LONGEST_SIDE
    assert kept.width / kept.height == pytest.approx(size[0] / size[1], rel=0.02)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1", "P"])
def test_any_kind_of_pixels_is_drawn(mode):
    assert opened(drawn_anew(picture("PNG", mode=mode)).content).mode == "RGB"


def test_what_is_transparent_lies_on_white():
    kept = opened(drawn_anew(picture("PNG", mode="RGBA")).content)
    assert min(kept.getpixel((310, 230))) > 250


def test_the_first_of_moving_pictures_is_kept():
    frames = [Image.new("RGB", (30, 30), color) for color in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    assert opened(drawn_anew(target.getvalue()).content).getpixel((15, 15))[0] > 200


def of_kind(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (20, 20)).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"%PDF-1.7",
        b"GIF89a<script>",
        of_kind("GIF"),
        of_kind("TIFF"),
        of_kind("BMP"),
        picture()[:200],
        picture("PNG")[:-40],
        picture("WEBP")[:-60],
        b"\xff\xd8\xff\xe0" + b"\x00" * 400,
        b"\x89PNG\r\n\x1a\n" + b"A" * 300,
    ],
)
def test_what_is_no_photo_or_a_damaged_one_is_refused_at_its_field(content):
    with pytest.raises(InvalidParameter) as refusal:
        drawn_anew(content)
    assert refusal.value.parameter == "photo"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(6_000, 6_000), (12_000, 12_000), (2**31 - 1, 2**31 - 1), (1, 10**8)])
def test_a_bomb_is_refused_before_a_pixel_is_drawn(monkeypatch, width, height):
    monkeypatch.setattr(Image.Image, "thumbnail", lambda *_: pytest.fail("drawn"))
    with pytest.raises(InvalidParameter, match=r"trop grande|ne s’ouvre pas"):
        drawn_anew(bomb(width, height))


def test_text_that_unfolds_into_gigabytes_is_refused():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "x" * 3_000_000, zip=True)
    target = io.BytesIO()
    Image.new("RGB", (20, 20)).save(target, "PNG", pnginfo=told)
    assert len(target.getvalue()) < 10_000
    with pytest.raises(InvalidParameter):
        drawn_anew(target.getvalue())


def test_a_file_of_many_bytes_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(photos.Image, "open", lambda *_args, **_more: pytest.fail("opened"))
    with pytest.raises(InvalidParameter, match="12 Mo"):
        drawn_anew(b"\0" * (MOST_BYTES + 1))


def test_a_photo_of_a_telephone_becomes_small():
    chequered = Image.effect_noise((3000, 2000), 60).convert("RGB")
    target = io.BytesIO()
    chequered.save(target, "JPEG", quality=95)
    assert len(drawn_anew(target.getvalue()).content) < 2**21


def test_several_pictures_in_one_are_the_first():
    target = io.BytesIO()
    pictures = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    pictures[0].save(target, "MPO", save_all=True, append_images=pictures[1:])
    assert Image.open(io.BytesIO(target.getvalue())).format == "MPO"
    kept = drawn_anew(target.getvalue())
    red, _green, blue = opened(kept.content).getpixel((5, 5))
    assert (kept.width, kept.height) == (40, 30) and red > 200 > blue


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_metadata_that_break_off_are_said_to_be_damaged_or_left_behind(kind):
    target = io.BytesIO()
    Image.new("RGB", (20, 20)).save(target, kind, exif=b"Exif\0\0II*\0", dpi=(72, 72))
    try:
        assert drawn_anew(target.getvalue()).width == 20
    except InvalidParameter as refused:
        assert "ne s’ouvre pas" in str(refused)
