"""An offer left half-way: kept for the browser that writes it, and forgotten once it is sent or a month old."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.queries import volunteers as queries
from models.tables import OfferDraft


def keep(session: Session, draft_key: str, community_id: int, answers: list[list[str]], *, now: datetime) -> OfferDraft:
    """Keep what was typed so far, instead of what was kept before.

    Parameters
    ----------
    answers : list of [str, str]
        A field's name and its value; nothing of who somebody is may be among them.
    """
    draft = queries.draft(session, draft_key, community_id)
    if draft is None:
        draft = OfferDraft(draft_key=draft_key, community_id=community_id, answers=answers, updated_at=now)
        try:
            with session.begin_nested():
                session.add(draft)
        except IntegrityError:  # the same first page came in twice at one moment
            draft = queries.draft(session, draft_key, community_id)
            if draft is None:
                raise
    draft.answers, draft.updated_at = answers, now
    session.add(draft)
    session.flush()
    return draft


def forget(session: Session, draft_key: str, community_id: int) -> bool:
    """Throw a draft away, words and all; gives whether there was one."""
    draft = queries.draft(session, draft_key, community_id)
    if draft is None:
        return False
    session.delete(draft)
    session.flush()
    return True


def forget_old(session: Session, draft_id: int, *, now: datetime) -> None:
    """Throw away a draft that nobody touched for a month; one that somebody goes on with stays."""
    draft = session.exec(select(OfferDraft).where(OfferDraft.id == draft_id).with_for_update()).first()
    if draft is not None and draft.updated_at < now - queries.DRAFT_KEPT:
        session.delete(draft)
        session.flush()
