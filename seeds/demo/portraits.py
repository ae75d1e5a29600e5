"""Portraits of a few invented volunteers: drawn faces of nobody, in the colours of the site."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw
from sqlmodel import Session

from models import pictures
from models.states import VOLUNTEER
from models.tables import Portrait, Volunteer
from seeds.demo.volunteers import ADMISSION

ONE_IN = 80
"""So few volunteers chose a photo."""
_SIZE = 960
_INK = "#17252b"
_GROUNDS = ("#ffd889", "#cfe3df", "#f3d3c4", "#e9e2d0")
_PEOPLE = (
    ("#f2cfae", "#4a3426", "#a34a33"),
    ("#c98f63", "#1f1a17", "#7c2f1f"),
    ("#e6b78d", "#8f8f8f", "#9a4330"),
    ("#5f3d2b", "#1f1a17", "#e0a08a"),
    ("#f2cfae", "#b5713a", "#a34a33"),
    ("#8d5a3b", "#d8d3c7", "#5a2015"),
    ("#f0c8a4", "#e4dfd3", "#a34a33"),
)
"""Colours of skin, hair and mouth."""
_CLOTHES = ("#0b5a55", "#b4481f", "#31536b")


class Look(NamedTuple):
    """How a face is drawn."""

    ground: str
    skin: str
    hair: str
    mouth: str
    clothes: str
    long_hair: bool
    glasses: bool


def give(session: Session, volunteers: Sequence[Volunteer], reserved: Volunteer | None) -> None:
    """Give some of the volunteers a portrait, whom anybody may sign in as among them."""
    some = list(volunteers[::ONE_IN])
    if reserved is not None and reserved not in some:
        some.append(reserved)
    for i, row in enumerate(some):
        if row.state in VOLUNTEER.final:
            continue
        made = pictures.portrait(_file(_draw(_look(i))))
        assert row.id is not None
        chosen_at = row.created_at + ADMISSION / 2
        session.add(Portrait(volunteer_id=row.id, picture=made.data, digest=made.digest, made_at=chosen_at))
    session.flush()


def _look(i: int) -> Look:
    skin, hair, mouth = _PEOPLE[i % len(_PEOPLE)]
    return Look(
        ground=_GROUNDS[i % len(_GROUNDS)],
        skin=skin,
        hair=hair,
        mouth=mouth,
        clothes=_CLOTHES[i % len(_CLOTHES)],
        long_hair=i % 2 == 1,
        glasses=i % 3 == 2,
    )


def _draw(look: Look) -> Image.Image:
    """Draw somebody who smiles, from the shoulders up."""
    image = Image.new("RGB", (_SIZE, _SIZE), look.ground)
    pen = ImageDraw.Draw(image)
    if look.long_hair:
        pen.rounded_rectangle((250, 190, 710, 720), 220, fill=look.hair)
    pen.ellipse((130, 700, 830, 1300), fill=look.clothes)
    pen.rounded_rectangle((405, 600, 555, 790), 75, fill=look.skin)
    pen.ellipse((275, 390, 345, 510), fill=look.skin)
    pen.ellipse((615, 390, 685, 510), fill=look.skin)
    pen.ellipse((300, 190, 660, 690), fill=look.skin)
    pen.chord((285, 165, 675, 565), 190, 350, fill=look.hair)
    for x in (400, 560):
        pen.ellipse((x - 20, 425, x + 20, 471), fill=_INK)
        if look.glasses:
            pen.ellipse((x - 68, 384, x + 68, 512), outline=_INK, width=10)
    if look.glasses:
        pen.line((468, 440, 492, 440), fill=_INK, width=10)
    pen.arc((396, 470, 564, 610), 20, 160, fill=look.mouth, width=16)
    return image


def _file(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
