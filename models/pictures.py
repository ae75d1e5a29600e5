"""Drawing a small portrait of whatever picture somebody sends: read by its content, with nothing else of it left.

What comes out is made of pixels alone, so that no place, no moment, no device and no word of the file goes along.
"""

import hashlib
import re
import threading
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from models.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
"""The only ones that are opened; Pillow knows dozens, each with faults of its own."""
MOST_BYTES = 16_000_000
"""A phone's largest ordinary photo."""
MOST_PIXELS = 50_000_000
MOST_DECODED = 25_000_000
"""Pixels where all of them must be in memory; of a JPEG a half, a quarter or an eighth can be decoded."""
MOST_SCANS = 64
"""A progressive JPEG has about ten; each costs a walk over all pixels and may take no more than a hundred bytes."""
LEAST_SIDE = 100
"""Pixels; on anything smaller nobody knows a face."""
SIDE = 480
MOST_KEPT = 60_000
"""Bytes of a portrait."""
MEDIA_TYPE = "image/jpeg"
_QUALITIES = (85, 75, 65, 50, 35, 20)
_ABOVE_THE_MIDDLE = (0.5, 0.35)
"""Where the square is cut: in a tall picture of somebody the face stands above the middle."""
_HEIC = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_ORIENTATION = 0x0112
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")
"""Begins a part of a JPEG that tells its length; the others stand within a scan."""
_ONE_AT_A_TIME = threading.Lock()
"""Decoded, a picture may take 400 MB: in each process one is read at a time."""

# Pillow looks at this as soon as it knows the size, and warns; twice as many it refuses by itself.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True, slots=True)
class Portrait:
    """A square JPEG that was drawn here.

    Attributes
    ----------
    data : bytes
        At most `MOST_KEPT` bytes; between `LEAST_SIDE` and `SIDE` pixels wide and high.
    digest : str
        SHA-256 of it, 64 hexadecimal digits.
    """

    data: bytes
    digest: str


def portrait(data: bytes) -> Portrait:
    """Read a picture and draw a portrait of it: upright, a square from above its middle, on white, and small.

    The same bytes give the same portrait. Of an animation it is the first picture.

    Parameters
    ----------
    data : bytes
        As somebody sent it, whatever it is called.

    Raises
    ------
    Invalid
        Field ``portrait``: ``picture_empty``; ``picture_bytes`` (``limit``, in megabytes), ``picture_pixels``
        (``limit``, in megapixels) or ``picture_small`` (``least``, in pixels); ``picture_heic``; ``picture_kind`` for
        anything but the three `FORMATS`; ``picture_broken``.
    """
    if not data:
        raise Invalid("portrait", "picture_empty")
    if len(data) > MOST_BYTES:
        raise too_large()
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Invalid("portrait", "picture_heic")
    with _ONE_AT_A_TIME:
        made = _small(_square(_read(data)))
    return Portrait(made, hashlib.sha256(made).hexdigest())


def too_large() -> Invalid:
    """Give the refusal of a file that has too many bytes."""
    return Invalid("portrait", "picture_bytes", limit=MOST_BYTES // 1_000_000)


def _read(data: bytes) -> Image.Image:
    """Decode it, a JPEG no larger than is needed."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Invalid("portrait", "picture_kind") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("portrait", "picture_pixels", limit=MOST_PIXELS // 1_000_000) from error
    except Exception as error:  # a decoder may say anything of a broken file
        raise Invalid("portrait", "picture_broken") from error
    is_jpeg = isinstance(image, JpegImageFile)
    most = MOST_PIXELS if is_jpeg else MOST_DECODED
    if image.width * image.height > most:
        raise Invalid("portrait", "picture_pixels", limit=most // 1_000_000)
    if min(image.size) < LEAST_SIDE:
        raise Invalid("portrait", "picture_small", least=LEAST_SIDE)
    if is_jpeg and _scans(data) > MOST_SCANS:
        raise Invalid("portrait", "picture_broken")
    try:
        image.draft(None, (2 * SIDE, 2 * SIDE))
        image.load()
    except Exception as error:
        raise Invalid("portrait", "picture_broken") from error
    return image


def _scans(data: bytes) -> int:
    """Count how often a JPEG goes over its whole picture, up to its end; what a camera hangs behind that is no scan."""
    at, scans = 2, 0
    while (marker := _MARKER.search(data, at)) and marker[1] != b"\xd9":
        scans += marker[1] == b"\xda"
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
    return scans


def _square(image: Image.Image) -> Image.Image:
    """Make it small, lay it on white, put its own top on top, and cut a square."""
    orientation = _orientation(image)
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    side = min(SIDE, *image.size)
    small = ImageOps.cover(image, (side, side), Image.Resampling.LANCZOS)
    drawn = Image.new("RGB", small.size, "white")
    drawn.paste(small, mask=small if small.mode == "RGBA" else None)
    drawn.getexif()[_ORIENTATION] = orientation
    return ImageOps.fit(ImageOps.exif_transpose(drawn), (side, side), centering=_ABOVE_THE_MIDDLE)


def _orientation(image: Image.Image) -> int:
    """Which way up the camera was, from 1 (as it is) to 8."""
    try:
        found = image.getexif().get(_ORIENTATION)
    except Exception:  # what a camera wrote beside a picture may be broken while the picture is whole
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _small(image: Image.Image) -> bytes:
    """Write it as a JPEG, as good as fits."""
    for quality in _QUALITIES:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
        if file.tell() <= MOST_KEPT:
            break
    return file.getvalue()
