"""Pictures as phones and programs make them, for the tests of portraits."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

UP, DOWN = (220, 60, 40), (30, 40, 150)
"""The colours of the upper and the lower half."""


def halves(width: int = 300, height: int = 400) -> Image.Image:
    """Draw a picture that is red above and blue below."""
    image = Image.new("RGB", (width, height), DOWN)
    image.paste(UP, (0, 0, width, height // 2))
    return image


def file(image: Image.Image | None = None, kind: str = "JPEG", **more: Any) -> bytes:
    """Give a picture as a file."""
    written = BytesIO()
    (image or halves()).save(written, kind, **more)
    return written.getvalue()


def phone_photo(image: Image.Image | None = None, orientation: int = 1) -> bytes:
    """Give a JPEG as a phone makes it: with its place, its maker, some words, and which way up it was."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Zilvervosje Phones"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 15.0, 57.0), "E", (6.0, 47.0, 35.0)
    return file(image, exif=exif, comment=b"zilvervosje", icc_profile=b"zilvervosje" * 20)


def header_of_a_giant(width: int, height: int) -> bytes:
    """Give a PNG of some hundred bytes that says to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
