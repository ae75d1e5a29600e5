"""Where the invented people live: in the place that they write of, else anywhere where people live."""

import random
import re
from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.tables import Area, Community, Postcode

# What people call a place, and its neighbourhoods.
_NAMES = {
    "berflo es": "Hengelo",
    "boorn": "Borne",
    "groot driene": "Hengelo",
    "hasseler es": "Hengelo",
    "nijverheid": "Hengelo",
    "oranjewâld": "Oranjewoud",
    "oudeskoat": "Oudeschoot",
}
_CENTRES = ("755", "762", "757", "844")
_TOWNS = ("Hengelo", "Oldenzaal", "Heerenveen")
_VILLAGE = re.compile(r"\b(?:ons|het|mijn|dit) dorp\b|\bdorps(?:huis|krant|feest|genoten)", re.IGNORECASE)
# A club is named after a place and says nothing of where its supporters live.
_CLUB = re.compile(r"\b(?:FC|SC) \w+")


class Homes:
    """The postcodes of a community, and which of them a text allows."""

    def __init__(self, session: Session, community: Community) -> None:
        rows = session.exec(
            select(Area.postcode, Postcode.place)
            .join(Postcode, col(Postcode.code) == Area.postcode)
            .where(Area.community_id == community.id)
            .order_by(col(Area.postcode))
        ).all()
        self.place_of = dict(rows)
        names = {place.casefold(): place for place in self.place_of.values()} | _NAMES
        self._names = {name: place for name, place in names.items() if place in self.place_of.values()}
        self._named = re.compile(rf"\b({'|'.join(map(re.escape, sorted(self._names)))})\b", re.IGNORECASE)
        # The centres more often.
        self._anywhere = [*self.place_of, *[code for code in self.place_of if code[:3] in _CENTRES] * 3]

    def named(self, *texts: str) -> list[str]:
        """Give the places of the area that texts name, in order."""
        if not self._names:
            return []
        return [self._names[found.casefold()] for text in texts for found in self._named.findall(_CLUB.sub("", text))]

    def choose(self, rng: random.Random, *texts: str) -> str:
        """Give a postcode: of the place that is named first, of a village where a village is meant, else any."""
        named = self.named(*texts)
        codes: Sequence[str] = self._anywhere
        if named:
            codes = [code for code, place in self.place_of.items() if place == named[0]]
        elif any(_VILLAGE.search(text) for text in texts):
            codes = [code for code, place in self.place_of.items() if place not in _TOWNS] or self._anywhere
        return codes[int(rng.random() * len(codes))]
