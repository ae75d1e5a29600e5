"""How a community looks: a theme, or its own tokens."""

from datetime import datetime

from sqlmodel import Session

from models import themes
from models.actor import Actor
from models.errors import Invalid
from models.operations.audit import record
from models.operations.communities import only_administrator
from models.states import Role
from models.tables import Community


def change(session: Session, community: Community, theme: str, tokens: str, *, actor: Actor, now: datetime) -> None:
    """Choose how pages and mails look; one's own tokens stay when another theme is chosen.

    Parameters
    ----------
    theme : str
        One of `themes.SHIPPED`, or `themes.OWN`.
    tokens : str
        One's own file of tokens as typed; read where the theme is one's own.

    Raises
    ------
    NotAllowed
        For anybody but an administrator here.
    Invalid
        ``choice``, field ``theme``; those of `themes.own`.
    """
    only_administrator(actor, community)
    if theme not in (*themes.SHIPPED, themes.OWN):
        raise Invalid("theme", "choice")
    if theme == themes.OWN:
        found = themes.own(tokens)
        community.tokens = {"light": dict(found.light), "dark": dict(found.dark)}
    before, community.theme = community.theme, "" if theme == themes.DEFAULT else theme
    session.add(community)
    session.flush()
    record(
        session, actor=actor, role=Role.ADMINISTRATOR, action="settings_changed", subject="community",
        subject_id=community.id, now=now, community_id=community.id, before=before, after=community.theme,
        reason="theme",
    )  # fmt: skip
