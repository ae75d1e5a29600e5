"""Following a request without an account: a private link by mail, or a short code on paper."""

from datetime import datetime

from sqlmodel import Session, select

from models.actor import Actor
from models.database import LAST_ID
from models.errors import NotAllowed, NotFound
from models.operations import joining, tries
from models.operations.audit import record
from models.operations.telling import tell
from models.operations.transitions import first_role
from models.permissions import roles_on_request
from models.queries import matches as match_queries
from models.queries import people
from models.states import RequestState, Role
from models.tables import HelpRequest
from models.tokens import Tokens

_MOST_DIGITS = 12


def by_link(session: Session, token: str, *, tokens: Tokens) -> tuple[HelpRequest, Actor]:
    """Find the request of a private link, and what its holder may act as.

    Raises
    ------
    NotFound
        For anything but the newest link of a request that was sent, whose resident was not erased.
    """
    read = tokens.read_request_link(token)
    if read is None or not 0 < read[0] <= LAST_ID:
        raise NotFound
    request_id, version, by_mail = read
    request = session.get(HelpRequest, request_id)
    if request is None or request.link_version != version or not can_be_followed(session, request):
        raise NotFound
    return request, _holder(session, request, by_mail=by_mail)


def by_code(
    session: Session, reference: str, typed: str, *, tokens: Tokens, now: datetime
) -> tuple[HelpRequest, Actor]:
    """Find a request by its reference and the code on paper.

    Raises
    ------
    WrongTry
        For a wrong code and for an unknown reference alike. The try is counted: commit.
    TooMany
        After five wrong ones, for a quarter of an hour; ``until`` when. The same for an unknown reference.
    """
    wanted = _notation(reference)
    # Two communities may have used the same number; locked, so that tries at one moment count one after the other.
    found = session.exec(select(HelpRequest).where(HelpRequest.reference == wanted).with_for_update()).all()
    tries.check(session, tries.PAPER_CODE, wanted, now=now)
    said = typed[:80]
    if not found:
        tokens.is_request_code(0, 0, said)
    right = [
        request
        for request in found
        if tokens.is_request_code(request.id or 0, request.link_version, said) and can_be_followed(session, request)
    ]
    if len(right) != 1:
        community_id = found[0].community_id if len(found) == 1 else None
        raise tries.wrong(session, tries.PAPER_CODE, wanted, now=now, community_id=community_id)
    holder = _holder(session, right[0], by_mail=False)
    record(session, actor=holder, role=Role.RESIDENT, action="request_code_used", subject="request",
           subject_id=right[0].id, now=now, community_id=right[0].community_id)  # fmt: skip
    return right[0], holder


def renew(session: Session, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    """Make every earlier link and code of a request worthless, for one that was lost or shared.

    Raises
    ------
    NotAllowed
        For anybody but the resident, who asks for them, and the coordinators there; also for who borrowed an address,
        and would lock its owner out.
    """
    roles = roles_on_request(actor, request) - {Role.SYSTEM}
    if not roles or not actor.is_proven:
        raise NotAllowed(wanted="renew")
    request.link_version += 1
    session.add(request)
    session.flush()
    record(session, actor=actor, role=first_role(roles), action="request_link_renewed", subject="request",
           subject_id=request.id, now=now, community_id=request.community_id)  # fmt: skip


def confirm(session: Session, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    """Write down that the request is theirs, by somebody who can only be who is written to; a second time is nothing.

    Raises
    ------
    NotAllowed
        For anybody else, also who filled in the form and did not come from the mail.
    """
    roles = roles_on_request(actor, request) & {Role.RESIDENT, Role.ASKER}
    if not roles or not actor.is_proven:
        raise NotAllowed(wanted="confirm")
    if request.confirmed_at is None:
        request.confirmed_at = now
        session.add(request)
        record(session, actor=actor, role=first_role(roles), action="request_confirmed", subject="request",
               subject_id=request.id, now=now, community_id=request.community_id)  # fmt: skip
        # It waited for that because an address was typed: whoever says yes came from its mail, or signed in with it.
        joining.confirm(session, match_queries.person_of(session, request.contact_id), now=now)


def mail_link(session: Session, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    """Mail the private link to who is written to; more often than once in ten minutes it is the same mail.

    Raises
    ------
    NotAllowed
        For anybody who may not follow the request.
    """
    if not roles_on_request(actor, request):
        raise NotAllowed(wanted="mail_link")
    tell(session, match_queries.person_of(session, request.contact_id), "request_link",
         about=f"request:{request.id}:{now:%Y%m%d%H}{now.minute // 10}",
         community=match_queries.community_of(session, request.community_id), now=now,
         params={"request_id": request.id}, urgent=True)  # fmt: skip


def needs_mail(session: Session, request: HelpRequest) -> bool:
    """Whether only a link from a mail shows that somebody is who is written to.

    Where no address was given, nobody's could be borrowed; where a coordinator wrote it down, they spoke to the person,
    unless that is somebody with an account: whoever holds a paper code is not yet who signs in with their mail.
    """
    contact = people.by_id(session, request.contact_id or request.resident_id or 0)
    if contact is None or not contact.email:
        return False
    return request.intake_by is None or contact.email_confirmed_at is not None


def _holder(session: Session, request: HelpRequest, *, by_mail: bool) -> Actor:
    return Actor(
        person_id=request.contact_id or request.resident_id,
        only_request=request.id,
        is_proven=by_mail or not needs_mail(session, request),
    )


def can_be_followed(session: Session, request: HelpRequest) -> bool:
    """Whether a request was sent and its resident not erased: then its private link leads somewhere."""
    if request.state == RequestState.DRAFT or request.resident_id is None:
        return False
    resident = people.by_id(session, request.resident_id)
    return resident is not None and resident.erased_at is None


def _notation(reference: str) -> str:
    """Bring a reference to our notation, ``2611-0042``, however it was copied; what is none stays what it is."""
    typed = reference.strip()[:80]
    digits = "".join(c for c in typed if c.isascii() and c.isdigit())
    if not 4 < len(digits) <= _MOST_DIGITS:
        return typed.replace("\0", "").encode(errors="replace").decode()
    return f"{digits[:4]}-{digits[4:]}"
