"""What becomes of a picture that somebody sends: a small upright square and nothing else, or a reason why not."""

import re
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models import pictures
from models.errors import Invalid
from tests.pictures import DOWN, HEIC, SVG, UP, file, halves, header_of_a_giant, phone_photo

Colour = tuple[int, int, int]


def drawn(data: bytes) -> Image.Image:
    """Give the portrait that is drawn of a file, decoded."""
    made = pictures.portrait(data)
    assert len(made.data) <= pictures.MOST_KEPT
    image = Image.open(BytesIO(made.data))
    image.load()
    assert (image.format, image.mode) == ("JPEG", "RGB")
    return image


def refused(data: bytes) -> str:
    """Give why a file is refused."""
    with pytest.raises(Invalid) as refusal:
        pictures.portrait(data)
    assert refusal.value.field == "portrait"
    return refusal.value.code


def colour_at(image: Image.Image, across: float, down: float) -> Colour:
    """Give the colour at a share of its width and height."""
    found: Any = image.getpixel((int(across * (image.width - 1)), int(down * (image.height - 1))))
    return found


def alike(one: Colour, other: Colour, by: int = 25) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


# ---- what is drawn ---------------------------------------------------------------------------------------------------


def test_a_phones_photo_becomes_a_small_square_without_place_maker_or_words() -> None:
    photo = phone_photo(halves(1200, 1600))
    assert b"zilvervosje" in photo and Image.open(BytesIO(photo)).getexif().get_ifd(0x8825)
    made = pictures.portrait(photo)
    image = drawn(photo)
    assert image.size == (pictures.SIDE, pictures.SIDE)
    assert dict(image.getexif()) == {} and not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()
    assert b"vosje" not in made.data.lower() and b"Exif" not in made.data


# Where the first row that the camera wrote was seen, by the number in its EXIF.
SEEN = {1: "above", 2: "above", 3: "below", 4: "below", 5: "left", 6: "right", 7: "right", 8: "left"}
PLACES = {"above": (0.5, 0.1), "below": (0.5, 0.9), "left": (0.1, 0.5), "right": (0.9, 0.5)}


@pytest.mark.parametrize("orientation", SEEN)
def test_a_camera_that_was_held_otherwise_gives_an_upright_portrait(orientation: int) -> None:
    image = drawn(phone_photo(halves(500, 500), orientation))
    opposite = {"above": "below", "below": "above", "left": "right", "right": "left"}[SEEN[orientation]]
    assert alike(colour_at(image, *PLACES[SEEN[orientation]]), UP)
    assert alike(colour_at(image, *PLACES[opposite]), DOWN)


def test_of_a_tall_picture_the_square_lies_above_the_middle() -> None:
    tall = Image.new("RGB", (400, 1000), "white")
    tall.paste(UP, (0, 0, 400, 200))
    tall.paste(DOWN, (0, 620, 400, 1000))
    image = drawn(file(tall))  # rows 210 to 610 are cut
    assert alike(colour_at(image, 0.5, 0.02), (255, 255, 255)) and alike(colour_at(image, 0.5, 0.97), (255, 255, 255))
    wide = drawn(file(halves(1000, 400)))
    assert alike(colour_at(wide, 0.5, 0.05), UP) and alike(colour_at(wide, 0.5, 0.95), DOWN)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn(mode: str) -> None:
    if mode == "I;16":
        image = Image.new(mode, (300, 300), 0x8080)
        assert alike(colour_at(drawn(file(image, "PNG")), 0.5, 0.5), (128, 128, 128))
        return
    image = drawn(file(halves().convert(mode), "PNG"))
    assert image.size == (300, 300), "a small picture is not blown up"
    assert mode == "1" or colour_at(image, 0.5, 0.1)[0] > colour_at(image, 0.5, 0.9)[0] + 30


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_becomes_white(kind: str) -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((*UP, 255), (100, 100, 200, 200))
    made = drawn(file(image, kind))
    assert alike(colour_at(made, 0.05, 0.05), (255, 255, 255)) and alike(colour_at(made, 0.5, 0.5), UP)
    palette = halves().quantize(4)
    seen = drawn(file(palette, "PNG", transparency=palette.getpixel((150, 10))))
    assert alike(colour_at(seen, 0.5, 0.02), (255, 255, 255)) and alike(colour_at(seen, 0.5, 0.95), DOWN)


def test_a_printers_jpeg_a_progressive_one_and_a_webp_are_drawn() -> None:
    for data in (
        file(halves().convert("CMYK")),
        file(progressive=True),
        file(kind="WEBP"),
        file(halves().convert("L")),
    ):
        assert drawn(data).size == (300, 300)
    assert alike(colour_at(drawn(file(halves().convert("CMYK"))), 0.5, 0.05), UP, by=45)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
def test_of_what_moves_it_is_the_first_picture(kind: str) -> None:
    others = [Image.new("RGB", (300, 400), "black")] * 5
    assert alike(colour_at(drawn(file(halves(), kind, save_all=True, append_images=others)), 0.5, 0.05), UP)


def test_however_much_there_is_to_see_it_stays_small() -> None:
    noise = Image.effect_noise((900, 900), 200).convert("RGB")
    assert len(pictures.portrait(file(noise, "PNG")).data) <= pictures.MOST_KEPT


def test_the_same_file_gives_the_same_portrait() -> None:
    one, other = pictures.portrait(phone_photo()), pictures.portrait(phone_photo())
    assert one == other and re.fullmatch("[0-9a-f]{64}", one.digest)
    assert one.digest != pictures.portrait(file(Image.new("RGB", (300, 300)))).digest


def test_a_photo_of_fifty_megapixels_is_drawn() -> None:
    assert drawn(file(Image.new("RGB", (8160, 6120), UP))).size == (pictures.SIDE, pictures.SIDE)


@pytest.mark.filterwarnings("ignore")  # Pillow warns of it
def test_what_a_camera_wrote_beside_it_may_be_broken() -> None:
    photo = phone_photo(orientation=6)
    for start, lost in (
        (b"MM\0*\0\0\0\x08", b"MM\0*\xff\xff\xff\xf0"),
        (b"MM\0*", b"XX\0*"),
        (b"Exif\0\0MM", b"Exif\0\0M"),
    ):
        broken = photo.replace(start, lost)
        assert broken != photo and drawn(broken).size == (300, 300)


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_empty"),
        (b"Dit is geen foto.", "picture_kind"),
        (SVG, "picture_kind"),
        (file(kind="GIF"), "picture_kind"),
        (file(kind="BMP"), "picture_kind"),
        (file(kind="TIFF"), "picture_kind"),
        (b"%PDF-1.7\n" + bytes(500), "picture_kind"),
        (HEIC, "picture_heic"),
        (file()[: len(file()) // 2], "picture_broken"),
        (file(kind="PNG")[:-40], "picture_broken"),
        (file(kind="WEBP")[:-40], "picture_broken"),
        (file(halves(99, 400)), "picture_small"),
        (header_of_a_giant(20_000, 20_000), "picture_pixels"),
        (header_of_a_giant(10_000, 6_000), "picture_pixels"),
        (header_of_a_giant(6_000, 5_000), "picture_pixels"),
        (header_of_a_giant(2_000_000_000, 2), "picture_pixels"),
        (file() + bytes(pictures.MOST_BYTES), "picture_bytes"),
    ],
)  # fmt: skip
def test_what_is_no_usable_photo_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_jpeg_that_goes_over_its_picture_without_end_is_not_followed() -> None:
    photo = file(progressive=True)
    last = photo[photo.rindex(b"\xff\xda") : -2]
    assert drawn(photo[:-2] + last * 10 + photo[-2:]).size == (300, 300)
    assert refused(photo[:-2] + last * 500 + photo[-2:]) == "picture_broken"
    assert drawn(photo + last * 500).size == (300, 300), "a short film that a phone hangs behind it is no part of it"


@settings(max_examples=300)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_damaged_file_is_drawn_or_refused_and_nothing_else_happens(kind: str, data: st.DataObject) -> None:
    whole = bytearray(_SOUND[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    whole = whole[: data.draw(st.integers(1, len(whole)))]
    with suppress(Invalid):
        assert len(pictures.portrait(bytes(whole)).data) <= pictures.MOST_KEPT


_SOUND = {
    "JPEG": phone_photo(halves(120, 110)),
    "PNG": file(halves(120, 110), "PNG"),
    "WEBP": file(halves(120, 110), "WEBP"),
}
