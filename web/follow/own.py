"""Finding what a private link opens: the request, who acts, and the matches that belong to it."""

from dataclasses import dataclass

from flask import url_for

from models.actor import Actor
from models.errors import NotFound
from models.operations import following
from models.queries import matches as match_queries
from models.states import REQUEST_FINAL, MatchState
from models.tables import HelpRequest, Match
from web import access
from web.pair import Pair, pair_of
from web.runtime import runtime
from web.transaction import db

_UNHEARD = (MatchState.PROPOSED, MatchState.APPROVED, MatchState.REJECTED)


class NeedsMail(Exception):
    """This step is for who comes from our mail: anybody can type somebody's address."""

    def __init__(self, own: "Own") -> None:
        self.own = own
        super().__init__()


@dataclass(frozen=True, slots=True)
class Own:
    """A request as the holder of its link has it."""

    request: HelpRequest
    actor: Actor
    token: str

    @property
    def for_other(self) -> bool:
        """Whether who is written to asks for somebody else."""
        return self.request.contact_id != self.request.resident_id

    @property
    def ended(self) -> bool:
        """Whether nothing more happens with it."""
        return self.request.state in REQUEST_FINAL

    @property
    def page(self) -> str:
        """The address of the request's own page."""
        return url_for("follow.show", token=self.token)


def find(token: str) -> Own:
    """Give the request of a private link in the community of the address.

    Raises
    ------
    NotFound
        For anything else, in the same words.
    """
    request, actor = following.by_link(db(), token, tokens=runtime().tokens)
    if request.community_id != access.community().id:
        raise NotFound
    return Own(request, actor, token)


def find_match(own: Own, match_id: int) -> Match:
    """Give a match of this request that its resident has heard of, ended or not.

    Raises
    ------
    NotFound
        For any other match.
    NeedsMail
        If it is not sure that this is who is written to.
    """
    match = match_queries.by_id(db(), match_id)
    if match is None or match.request_id != own.request.id or match.state in _UNHEARD:
        raise NotFound
    if not own.actor.is_proven:
        raise NeedsMail(own)
    return match


def find_pair(token: str, match_id: int) -> Pair:
    """Give a match as the resident's side looks at it."""
    own = find(token)
    match = find_match(own, match_id)
    here = url_for("follow.together", token=token, match_id=match_id)
    return pair_of(db(), match, own.actor, "resident", family="follow", page=here, after=own.page, token=token,
                   match_id=match_id)  # fmt: skip
