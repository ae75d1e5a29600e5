"""Asking for help: the draft in the browser, sending it, and a coordinator's intake on the phone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from matcher import PostcodeError, parse_postcode
from models import preferences, values
from models.actor import SYSTEM, Actor
from models.delays import local_now, today
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.operations import askers, worries
from models.operations.request_form import CONTACTS, REACH, RELATIONS, TOLD, RequestForm
from models.operations.requests import URGENCIES, check_kinds, check_people_wanted, let_through, tell_contact
from models.operations.telling import MAILED_AT_MOST, MAILED_WITHIN
from models.operations.transitions import move
from models.permissions import coordinates
from models.queries import requests as queries
from models.states import RequestState, Role
from models.tables import Community, HelpRequest


def start_draft(session: Session, *, draft_key: str, language: str, now: datetime) -> HelpRequest:
    """Begin a request that nobody has sent yet; ``draft_key`` ties it to one browser, which has one of each."""
    draft = HelpRequest(draft_key=draft_key, created_at=now, answers={"language": language})
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:  # the same first page came in twice at one moment
        known = queries.by_draft_key(session, draft_key)
        if known is None:
            raise
        return known
    return draft


def find_draft(session: Session, draft_key: str) -> HelpRequest | None:
    """Give the request of this browser, still a draft or already sent."""
    return queries.by_draft_key(session, draft_key)


def keep_answers(session: Session, draft: HelpRequest, answers: dict[str, Any]) -> None:
    """Keep what was typed so far, as it was typed.

    Raises
    ------
    StaleState
        If it was sent in the meantime.
    """
    if draft.state != RequestState.DRAFT:
        raise StaleState(state=draft.state, wanted="draft", subject="request")
    draft.answers = {**draft.answers, **answers}
    session.add(draft)
    session.flush()


def community_for_postcode(session: Session, typed: str, field: str = "postcode") -> tuple[Community, str]:
    """Find who serves a postcode.

    Returns
    -------
    (Community, str)
        And the postcode in one notation (``7551`` or ``7551AB``).

    Raises
    ------
    Invalid
        ``required``, ``postcode`` (not one), ``postcode_foreign`` (Belgian or German; ``details["why"]``),
        ``postcode_unknown``, ``postcode_outside`` (no community there).
    """
    try:
        code = parse_postcode(typed)
    except PostcodeError as error:
        codes = {"empty": "required", "belgian": "postcode_foreign", "german": "postcode_foreign"}
        raise Invalid(field, codes.get(error.code, "postcode"), why=error.code) from error
    if queries.place_of_postcode(session, code) is None:
        raise Invalid(field, "postcode_unknown")
    community = queries.community_of_postcode(session, code[:4])
    if community is None:
        raise Invalid(field, "postcode_outside")
    return community, code


def submit(session: Session, draft: HelpRequest, form: RequestForm, *, actor: Actor, now: datetime) -> HelpRequest:
    """Send a request. Sent before already (a second click): the same request again, unchanged.

    Raises
    ------
    Invalid
        With the field and what is wrong with it; nothing is written then.
    """
    session.flush()
    session.refresh(draft, with_for_update=True)  # the second of two clicks waits here
    if draft.state != RequestState.DRAFT:
        return draft
    community, code = community_for_postcode(session, form.postcode)
    return _send(session, draft, form, community, code, actor=actor, now=now)


def intake(
    session: Session, community: Community, form: RequestForm, *, actor: Actor, now: datetime, draft_key: str
) -> HelpRequest:
    """Write down what somebody asks on the phone or at the desk; the same key twice gives the same request.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator of this community.
    Invalid
        Also ``postcode_elsewhere`` for a postcode of another community.
    """
    if not coordinates(actor, community.id):
        raise NotAllowed(wanted="intake")
    known = queries.by_draft_key(session, draft_key)
    if known is not None:
        return _own_intake(known, actor)
    found, code = community_for_postcode(session, form.postcode)
    if found.id != community.id:
        raise Invalid("postcode", "postcode_elsewhere", name=found.name, phone=found.phone)
    draft = start_draft(session, draft_key=draft_key, language=form.language, now=now)
    if draft.state != RequestState.DRAFT:  # the second of two clicks, at the same moment
        return _own_intake(draft, actor)
    return _send(session, draft, form, community, code, actor=actor, now=now, intake_by=actor.person_id)


def _own_intake(known: HelpRequest, actor: Actor) -> HelpRequest:
    if known.intake_by != actor.person_id:
        raise NotFound
    return known


def _send(
    session: Session,
    draft: HelpRequest,
    form: RequestForm,
    community: Community,
    code: str,
    *,
    actor: Actor,
    now: datetime,
    intake_by: int | None = None,
) -> HelpRequest:
    checked = _check(form, local_now(now, community.timezone), community.timezone)
    # The community first, which counts its requests, then people: an offer of help takes them in this order too.
    session.exec(select(Community.id).where(Community.id == community.id).with_for_update(key_share=True)).one()
    resident, asker = askers.people_of(session, form, community, actor, now, by_desk=intake_by is not None)
    contact = asker if asker is not None and form.contact == "asker" else resident
    proven = intake_by is not None or actor.person_id == contact.id
    draft.community_id = community.id
    role = Role.COORDINATOR if intake_by else (Role.ASKER if asker else Role.RESIDENT)
    acting = actor if actor.person_id is not None else Actor(person_id=(asker or resident).id)
    move(
        session,
        draft,
        RequestState.SUBMITTED,
        actor=acting,
        roles={role},
        now=now,
        reference=next_reference(session, community, now),
        resident_id=resident.id,
        asker_id=asker.id if asker else None,
        contact_id=contact.id,
        intake_by=intake_by,
        postcode=code,
        submitted_at=now,
        life_at=now,
        answers={},
        reach=form.reach,
        leaves_choice=form.leaves_choice,
        confirmed_at=now if proven or not contact.email else None,
        **checked,
    )
    asked_lately = (
        0 if proven or not contact.email else queries.count_since(session, contact.email, now - MAILED_WITHIN)
    )
    if contact.email and asked_lately <= MAILED_AT_MOST:
        # More than that fills somebody's mailbox; number and code stand on the page all the same. Who has no e-mail
        # holds the paper code, or has just been told on the phone.
        tell_contact(session, draft, "request_received", now, community=community)
    worries.tell_desk(session, draft, draft.text, now=now)
    if draft.kinds and set(draft.kinds) <= set(community.auto_open_kinds):
        # Without a coordinator's eyes there is no summary: the public sees the kind of help alone.
        let_through(session, draft, community, actor=SYSTEM, roles={Role.SYSTEM}, now=now, summary="")
    return draft


def _check(form: RequestForm, local: datetime, timezone: str) -> dict[str, Any]:
    """Check everything but people and place; gives columns."""
    if form.urgency not in URGENCIES:
        raise Invalid("urgency", "choice")
    if form.reach not in REACH:
        raise Invalid("reach", "choice")
    if form.relation and form.relation not in RELATIONS:
        raise Invalid("relation", "choice")
    if form.relation and form.told not in TOLD:
        raise Invalid("told", "choice")
    if form.relation and form.contact not in CONTACTS:
        raise Invalid("contact", "choice")
    if form.relation and form.told_on is not None and form.told_on > local.date():
        raise Invalid("told_on", "date_future")
    return {
        "text": values.text("text", form.text),
        "kinds": check_kinds(form.kinds),
        "when": check_when(form.when, today=local.date(), local=local, timezone=timezone),
        "languages": _languages(form.languages),
        "traits": preferences.check("traits", form.traits, preferences.REQUEST_TRAITS),
        "avoids": preferences.check("avoids", form.avoids, preferences.REQUEST_AVOIDS),
        "urgency": form.urgency,
        "people_wanted": check_people_wanted(form.people_wanted),
        "relation": form.relation,
        "told": form.told if form.relation else "",
        "told_on": form.told_on if form.relation else None,
    }


def check_when(
    when: dict[str, Any], *, today: date, local: datetime, timezone: str = "Europe/Amsterdam"
) -> dict[str, Any]:
    """Check a ``when`` of the matching file format and give it in one notation.

    Raises
    ------
    Invalid
        ``choice``, ``date``, ``date_past``, ``date_far``, ``time_missing``, ``end_before_start``,
        ``too_long_period``, ``windows``, ``required`` with the field ``when``, ``start``, ``end``, ``windows``,
        ``from`` or ``until``.
    """
    kind = when.get("kind")
    if kind == "flexible":
        return {"kind": "flexible"}
    if kind == "once":
        start, end = _moment("start", when.get("start")), _moment("end", when.get("end"))
        values.period("end", start, end)
        if start < local:
            raise Invalid("start", "date_past")
        values.day("start", start.date().isoformat(), today=today)
        values.on_the_clock("start", start, timezone)
        values.on_the_clock("end", end, timezone)
        return {"kind": "once", "start": start.isoformat("T", "minutes"), "end": end.isoformat("T", "minutes")}
    if kind == "weekly":
        given = values.windows("windows", list(when.get("windows") or []))
        if not given:
            raise Invalid("windows", "required")
        first = values.day("from", str(when.get("from") or today.isoformat()), today=today)
        checked: dict[str, Any] = {"kind": "weekly", "windows": given, "from": first.isoformat()}
        if when.get("until"):
            last = values.day("until", str(when["until"]), today=today)
            if last < first:
                raise Invalid("until", "end_before_start")
            checked["until"] = last.isoformat()
        return checked
    raise Invalid("when", "choice")


def _moment(name: str, typed: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(typed))
    except ValueError as error:
        raise Invalid(name, "date") from error
    if found.tzinfo is not None:
        raise Invalid(name, "date")
    return found.replace(second=0, microsecond=0)


def _languages(given: list[str]) -> list[str]:
    if not all(values.LANGUAGES.fullmatch(language) for language in given):
        raise Invalid("languages", "choice")
    return list(dict.fromkeys(given))


def next_reference(session: Session, community: Community, now: datetime) -> str:
    communities: Any = Community
    session.flush()
    number = session.execute(
        update(Community)
        .where(communities.id == community.id)
        .values(request_counter=Community.request_counter + 1)
        .returning(communities.request_counter)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    session.expire(community, ["request_counter"])
    return f"{today(now, community.timezone):%y%m}-{number:04d}"
