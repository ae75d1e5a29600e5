"""Reading communities: their areas, places, words and meeting places."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from models.tables import Area, Community, HelpRequest, MeetingPlace, Postcode, Wording

# Nearly every page asks these: putting a statement together takes longer than what the database does for it.
_BY_SLUG = select(Community).where(Community.slug == bindparam("slug"))
_PLACES = select(Postcode).where(col(Postcode.code).in_(bindparam("codes", expanding=True)))


def by_id(session: Session, community_id: int) -> Community | None:
    """Give a community."""
    return session.get(Community, community_id)


def by_slug(session: Session, slug: str) -> Community | None:
    """Give the community with this name in addresses."""
    return session.exec(_BY_SLUG, params={"slug": slug}).first()


def all_communities(session: Session) -> list[Community]:
    """Give every community, by name."""
    return list(session.exec(select(Community).order_by(col(Community.name), col(Community.id))))


def areas(session: Session, community_id: int) -> list[Area]:
    """Give a community's postcodes with the names of their neighbourhoods, by postcode."""
    statement = select(Area).where(Area.community_id == community_id).order_by(col(Area.postcode))
    return list(session.exec(statement))


def names_of_areas(session: Session, community_id: int) -> dict[str, str]:
    """Give what people call the neighbourhood of each of a community's postcodes, in one read; as `neighbourhoods`."""
    statement = (
        select(Area.postcode, Area.neighbourhood, Postcode.place)
        .outerjoin(Postcode, col(Postcode.code) == Area.postcode)
        .where(Area.community_id == community_id)
        .order_by(col(Area.postcode))
    )
    return {code: name or f"{place or ''} {code}".strip() for code, name, place in session.exec(statement)}


def place_of(session: Session, code: str) -> Postcode | None:
    """Give where a postcode lies: its own six characters where an operator loaded them, else its four digits."""
    return places_of(session, [code]).get(code)


def places_of(session: Session, codes: Iterable[str]) -> dict[str, Postcode]:
    """Give where each of these postcodes lies; six characters fall back to four digits, unknown ones are left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    asked = wanted | {code[:4] for code in wanted}
    found = {row.code: row for row in session.exec(_PLACES, params={"codes": sorted(asked)})}
    return {code: found.get(code) or found[code[:4]] for code in wanted if code in found or code[:4] in found}


def places_within(session: Session, south: float, west: float, north: float, east: float) -> list[Postcode]:
    """Give the four-digit postcodes whose middle lies between these (WGS84, degrees), in order."""
    statement = select(Postcode).where(
        func.length(Postcode.code) == 4,
        col(Postcode.lat).between(south, north),
        col(Postcode.lon).between(west, east),
    )
    return list(session.exec(statement.order_by(col(Postcode.code))))


def neighbourhoods(session: Session, community_id: int, codes: Iterable[str]) -> dict[str, str]:
    """Give what people call the neighbourhood of each postcode; until it has a name: place and four digits.

    Parameters
    ----------
    codes : iterable of str
        Four digits or six characters; the keys of the answer are the same.
    """
    wanted = set(codes)
    digits = {code[:4] for code in wanted}
    if not digits:
        return {}
    named = session.exec(
        select(Area.postcode, Area.neighbourhood).where(
            Area.community_id == community_id, col(Area.postcode).in_(digits), Area.neighbourhood != ""
        )
    )
    names: dict[str, str] = dict(named.all())
    places = {row.code: row.place for row in session.exec(select(Postcode).where(col(Postcode.code).in_(digits)))}
    return {code: names.get(code[:4]) or f"{places.get(code[:4], '')} {code[:4]}".strip() for code in wanted}


def neighbourhood(session: Session, community_id: int, code: str) -> str:
    """Give what people call the neighbourhood of one postcode, as `neighbourhoods`."""
    return neighbourhoods(session, community_id, [code]).get(code, "")


def meeting_places(session: Session, community_id: int, *, only_open: bool = True) -> list[MeetingPlace]:
    """Give a community's meeting places, by name."""
    statement = select(MeetingPlace).where(MeetingPlace.community_id == community_id)
    if only_open:
        statement = statement.where(col(MeetingPlace.open))
    return list(session.exec(statement.order_by(col(MeetingPlace.name), col(MeetingPlace.id))))


def meeting_place(session: Session, community_id: int, place_id: int) -> MeetingPlace | None:
    """Give one meeting place of this community; None for another's."""
    place = session.get(MeetingPlace, place_id)
    return place if place is not None and place.community_id == community_id else None


def wordings(session: Session, community_id: int, language: str) -> dict[str, str]:
    """Give a community's own words in one language, by key; what is not there has its default."""
    statement = select(Wording.key, Wording.text).where(
        Wording.community_id == community_id, Wording.language == language
    )
    return dict(session.exec(statement).all())


def running_requests_in(session: Session, community_id: int, postcode: str, finals: Iterable[str]) -> bool:
    """Whether a request that has not ended lies in a four-digit area of this community."""
    statement = select(HelpRequest.id).where(
        HelpRequest.community_id == community_id,
        col(HelpRequest.postcode).startswith(postcode),
        col(HelpRequest.state).not_in(list(finals)),
    )
    return session.exec(statement.limit(1)).first() is not None
