"""Asking for help in own words, without an account: by oneself, for somebody else, or on the phone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, func, select

from models.actor import NOBODY, Actor
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.operations import asking, telling
from models.operations.request_form import RequestForm
from models.tables import AuditEntry, HelpRequest, OutboxMessage, Person
from tests import factories
from tests.factories import NOW, TODAY, actor_of
from tests.models.cast import Cast, gather, log, to_call, told, writes

FORM = RequestForm(
    text="Wie kan mij dinsdag even naar de poli brengen? Ik durf niet alleen.",
    kinds=["hospital-escort"],
    when={"kind": "flexible"},
    postcode="7551 AB",
    first_name="Dina",
    email="dina@post.example",
)
DAUGHTER = replace(
    FORM,
    email="",
    relation="daughter",
    asker_first_name="Marleen",
    asker_email="marleen@post.example",
    contact="asker",
    told="by_phone",
    told_on=TODAY - timedelta(days=1),
)


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _send(
    cast: Cast, form: RequestForm = FORM, key: str = "a browser", now: datetime = NOW, actor: Actor = NOBODY
) -> HelpRequest:
    draft = asking.start_draft(cast.session, draft_key=key, language="nl", now=now)
    return asking.submit(cast.session, draft, form, actor=actor, now=now)


def _refusal(cast: Cast, **changes: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as refusal:
        _send(cast, replace(FORM, **changes))
    return refusal.value.field, refusal.value.code


# ---- the short road ----


def test_a_first_name_a_way_to_be_reached_and_a_postcode_are_enough(cast: Cast) -> None:
    request = _send(cast)
    resident = cast.session.get(Person, request.resident_id)
    assert request.state == "submitted"
    assert (request.community_id, request.postcode) == (cast.community.id, "7551AB")
    assert resident is not None and (resident.first_name, resident.last_name) == ("Dina", "")
    assert (resident.email, resident.password_hash) == ("dina@post.example", None)
    assert request.contact_id == request.resident_id and request.asker_id is None
    assert (request.text, request.kinds, request.when) == (FORM.text, ["hospital-escort"], {"kind": "flexible"})
    assert request.answers == {}
    assert request.summary == "", "what was typed is never public"
    assert told(cast.session, resident) == ["request_received"]
    assert log(cast.session) == [("resident", "request_submitted", "draft", "submitted")]


def test_the_reference_names_the_month_and_counts_up_in_each_community_by_itself(cast: Cast) -> None:
    first, second = _send(cast, key="one"), _send(cast, key="two")
    there = _send(cast, replace(FORM, postcode="8441"), key="three")
    assert (first.reference, second.reference) == ("2611-0001", "2611-0002")
    assert (there.reference, there.community_id) == ("2611-0001", cast.elsewhere.id)


def test_the_month_of_a_reference_is_that_of_the_wall_clock(cast: Cast) -> None:
    midnight = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # half past midnight on the first of December
    assert _send(cast, now=midnight).reference == "2612-0001"


def test_somebody_without_an_e_mail_address_asks_with_a_phone_number(cast: Cast) -> None:
    request = _send(cast, replace(FORM, reach="phone", email="", phone="074 123 45 67"))
    resident = cast.session.get(Person, request.resident_id)
    assert resident is not None and (resident.phone, resident.email) == ("+31741234567", None)
    assert told(cast.session) == []
    assert to_call(cast.session) == [], "they hold the code on paper, or have just been told"


def test_somebody_who_comes_by_needs_neither(cast: Cast) -> None:
    request = _send(cast, replace(FORM, reach="visit", email=""))
    assert (request.state, request.reach) == ("submitted", "visit")


@pytest.mark.parametrize("name", [("Dina", "Haverkamp"), ("Iemand", "anders")])
def test_who_types_a_known_address_is_written_down_apart_and_changes_nothing_about_its_owner(
    cast: Cast, name: tuple[str, str]
) -> None:
    cast.resident.email, cast.resident.email_confirmed_at = "dina@post.example", NOW
    before = cast.resident.model_dump()
    request = _send(cast, replace(FORM, first_name=name[0], last_name=name[1], email="Dina@Post.Example"))
    typed = cast.session.get_one(Person, request.resident_id)
    assert typed.id != cast.resident.id
    assert (typed.first_name, typed.email, typed.email_confirmed_at) == (name[0], "dina@post.example", None)
    assert cast.resident.model_dump() == before


def test_who_is_signed_in_asks_as_themselves_and_gives_their_new_number(cast: Cast) -> None:
    owner = cast.resident
    owner.email, owner.phone = "dina@post.example", "+31612345678"
    me = actor_of(cast.session, owner)
    typed = replace(FORM, first_name="dina", last_name="", email="dina@post.example", phone="06 87654321")
    request = _send(cast, typed, actor=me)
    assert (request.resident_id, request.confirmed_at, owner.phone) == (owner.id, NOW, "+31687654321")
    for_other = replace(
        typed, relation="daughter", told="by_phone", first_name="Moeder", email="", phone="", contact="asker",
        asker_first_name="Dina", asker_email="dina@post.example",
    )  # fmt: skip
    asked = _send(cast, for_other, key="for mother", actor=me)
    assert (asked.asker_id, asked.contact_id) == (owner.id, owner.id)
    another = _send(cast, replace(typed, first_name="Truus"), key="for Truus", actor=me)
    assert another.resident_id != owner.id, "somebody else at home asks on this phone"


def test_a_coordinator_writes_down_for_who_is_known_here_and_is_shown_nobody_from_elsewhere(cast: Cast) -> None:
    desk, known = actor_of(cast.session, cast.coordinator), cast.resident
    cast.request()
    known.email, known.phone = "dina@post.example", "+31612345678"
    elsewhere = factories.create_person(
        cast.session, first_name="Riet", last_name="", email="riet@post.example", phone="+31611111111"
    )
    typed = replace(FORM, first_name="Dina", last_name="", email="dina@post.example", phone="06 12345678")
    ours, new_number, theirs = (
        cast.session.get_one(
            Person,
            asking.intake(cast.session, cast.community, form, actor=desk, now=NOW, draft_key=str(n)).resident_id,
        )
        for n, form in enumerate(
            (
                typed,
                replace(typed, phone="06 87654321"),
                replace(typed, first_name="Riet", email="riet@post.example", phone=""),
            )
        )
    )
    assert ours is known
    assert (new_number is known, new_number.phone) == (False, "+31687654321"), "what they say now must not get lost"
    assert (theirs is elsewhere, theirs.phone) == (False, None)


def test_answers_of_a_draft_are_kept_as_typed_and_found_again_by_the_browser(cast: Cast) -> None:
    draft = asking.start_draft(cast.session, draft_key="key", language="en", now=NOW)
    asking.keep_answers(cast.session, draft, {"text": "  <b>hoi</b> "})
    asking.keep_answers(cast.session, draft, {"postcode": "75"})
    cast.session.expire_all()
    found = asking.find_draft(cast.session, "key")
    assert found is not None
    assert found.answers == {"language": "en", "text": "  <b>hoi</b> ", "postcode": "75"}
    assert asking.find_draft(cast.session, "another") is None


def test_sent_twice_is_one_request_with_one_mail(cast: Cast) -> None:
    draft = asking.start_draft(cast.session, draft_key="key", language="nl", now=NOW)
    first = asking.submit(cast.session, draft, FORM, actor=NOBODY, now=NOW)
    with writes(cast.session) as written:
        second = asking.submit(cast.session, draft, replace(FORM, text="Iets anders"), actor=NOBODY, now=NOW)
    assert (second.id, second.reference, second.text) == (first.id, first.reference, FORM.text)
    assert not written
    assert told(cast.session) == ["request_received"]


def test_a_draft_that_was_sent_takes_no_more_answers(cast: Cast) -> None:
    request = _send(cast)
    with pytest.raises(StaleState):
        asking.keep_answers(cast.session, request, {"text": "toch anders"})


def test_a_simple_kind_is_let_through_where_the_community_says_so(cast: Cast) -> None:
    cast.community.auto_open_kinds = ["hospital-escort", "transport"]
    request = _send(cast, replace(FORM, kinds=["hospital-escort"]))
    assert (request.state, request.summary, request.opened_at) == ("open", "", NOW)
    assert request.answered_at == NOW, "the resident was told something"
    assert log(cast.session)[-1] == ("system", "request_open", "submitted", "open")


@pytest.mark.parametrize("kinds", [[], ["hospital-escort", "garden"]])
def test_anything_else_waits_for_a_coordinator(cast: Cast, kinds: list[str]) -> None:
    cast.community.auto_open_kinds = ["hospital-escort", "transport"]
    assert _send(cast, replace(FORM, kinds=kinds)).state == "submitted"


# ---- for somebody else ----


def test_a_daughter_asks_for_her_mother_and_it_is_written_down_who_told_her(cast: Cast) -> None:
    request = _send(cast, DAUGHTER)
    mother, daughter = cast.session.get(Person, request.resident_id), cast.session.get(Person, request.asker_id)
    assert mother is not None and daughter is not None
    assert (mother.first_name, mother.email) == ("Dina", None)
    assert (daughter.first_name, daughter.email) == ("Marleen", "marleen@post.example")
    assert (request.relation, request.told, request.told_on) == ("daughter", "by_phone", TODAY - timedelta(days=1))
    assert request.contact_id == daughter.id
    assert told(cast.session, daughter) == ["request_received"] and told(cast.session, mother) == []
    assert log(cast.session) == [("asker", "request_submitted", "draft", "submitted")]


def test_who_is_asked_for_can_be_the_one_to_write_to(cast: Cast) -> None:
    request = _send(cast, replace(DAUGHTER, contact="resident", email="dina@post.example", asker_email=""))
    assert request.contact_id == request.resident_id and request.asker_id is not None


def test_what_stands_in_the_other_persons_fields_counts_only_for_somebody_else(cast: Cast) -> None:
    request = _send(cast, replace(FORM, asker_first_name="Marleen", told="by_phone", told_on=TODAY))
    assert (request.asker_id, request.relation, request.told, request.told_on) == (None, "", "", None)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"relation": "hacker"}, "relation", "choice"),
        ({"told": ""}, "told", "choice"),
        ({"told": "by_pigeon"}, "told", "choice"),
        ({"told_on": TODAY + timedelta(days=1)}, "told_on", "date_future"),
        ({"contact": "nobody"}, "contact", "choice"),
        ({"asker_first_name": " "}, "asker_first_name", "required"),
        ({"asker_email": ""}, "asker_email", "required"),
        ({"reach": "phone"}, "asker_phone", "required"),
        ({"contact": "resident"}, "email", "required"),
        ({"email": "marleen@post.example"}, "asker_email", "same_person"),
    ],
)
def test_what_is_missing_about_who_asks_is_said_at_its_field(
    cast: Cast, changes: dict[str, Any], field: str, code: str
) -> None:
    draft = asking.start_draft(cast.session, draft_key="key", language="nl", now=NOW)
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        asking.submit(cast.session, draft, replace(DAUGHTER, **changes), actor=NOBODY, now=NOW)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert not written, "nobody is half written down"


# ---- on the phone ----


def test_a_coordinator_writes_down_what_somebody_says_on_the_phone(cast: Cast) -> None:
    form = replace(FORM, reach="phone", email="", phone="074-1234567")
    request = asking.intake(
        cast.session, cast.community, form, actor=cast.actors["coordinator"], now=NOW, draft_key="call 1"
    )
    assert (request.state, request.intake_by) == ("submitted", cast.coordinator.id)
    assert request.resident_id != cast.coordinator.id
    entry = cast.session.exec(select(AuditEntry)).one()
    assert (entry.actor_kind, entry.actor_id) == ("coordinator", cast.coordinator.id)


def test_the_same_call_twice_is_one_request(cast: Cast) -> None:
    coordinator = cast.actors["coordinator"]
    both = [
        asking.intake(cast.session, cast.community, FORM, actor=coordinator, now=NOW, draft_key="call 1")
        for _ in range(2)
    ]
    assert both[0].id == both[1].id
    assert cast.session.exec(select(func.count()).select_from(HelpRequest)).one() == 1


def test_a_colleagues_call_is_not_given_to_another(cast: Cast) -> None:
    asking.intake(cast.session, cast.community, FORM, actor=cast.actors["coordinator"], now=NOW, draft_key="call 1")
    colleague = factories.actor_of(cast.session, factories.create_coordinator(cast.session, cast.community))
    with pytest.raises(NotFound):
        asking.intake(cast.session, cast.community, FORM, actor=colleague, now=NOW, draft_key="call 1")


@pytest.mark.parametrize("who", ["resident", "volunteer", "administrator", "other coordinator", "system", "nobody"])
def test_only_the_desk_of_that_community_takes_calls(cast: Cast, who: str) -> None:
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        asking.intake(cast.session, cast.community, FORM, actor=cast.actors[who], now=NOW, draft_key="k")
    assert not written


def test_a_caller_from_another_community_is_sent_on_with_its_number(cast: Cast) -> None:
    form = replace(FORM, postcode="8441")
    with pytest.raises(Invalid) as refusal:
        asking.intake(cast.session, cast.community, form, actor=cast.actors["coordinator"], now=NOW, draft_key="k")
    assert (refusal.value.field, refusal.value.code) == ("postcode", "postcode_elsewhere")
    assert refusal.value.details["phone"] == cast.elsewhere.phone


# ---- the rest of the form ----


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"postcode": "B-2000"}, "postcode", "postcode_foreign"),
        ({"when": {"kind": "once"}}, "start", "date"),
        ({"text": "  "}, "text", "required"),
        ({"text": "x" * 10_001}, "text", "too_long"),
        ({"text": "x" * 1_000_000}, "text", "too_long"),
        ({"text": "Mijn BSN is 123456782."}, "text", "has_bsn"),
        ({"text": "hoi\0"}, "text", "unreadable"),
        ({"first_name": ""}, "first_name", "required"),
        ({"first_name": "n" * 101}, "first_name", "too_long"),
        ({"email": ""}, "email", "required"),
        ({"email": "a@b"}, "email", "email"),
        ({"reach": "phone", "email": ""}, "phone", "required"),
        ({"phone": "112"}, "phone", "phone"),
        ({"reach": "pigeon"}, "reach", "choice"),
        ({"urgency": "now!"}, "urgency", "choice"),
        ({"kinds": ["rocket-science"]}, "kinds", "choice"),
        ({"kinds": ["garden", "buddy", "outings", "pets", "money", "forms-benefits"]}, "kinds", "too_many_kinds"),
        ({"languages": ["nederlands"]}, "languages", "choice"),
        ({"people_wanted": 0}, "people_wanted", "number_range"),
        ({"people_wanted": 21}, "people_wanted", "number_range"),
        ({"people_wanted": True}, "people_wanted", "number_range"),
    ],
)
def test_what_cannot_be_accepted_is_said_at_its_field(
    cast: Cast, changes: dict[str, Any], field: str, code: str
) -> None:
    assert _refusal(cast, **changes) == (field, code)


def test_a_refused_form_leaves_the_draft_as_it_was(cast: Cast) -> None:
    draft = asking.start_draft(cast.session, draft_key="key", language="nl", now=NOW)
    asking.keep_answers(cast.session, draft, {"text": "half af"})
    with writes(cast.session) as written, pytest.raises(Invalid):
        asking.submit(cast.session, draft, replace(FORM, email="a@b"), actor=NOBODY, now=NOW)
    assert not written
    assert (draft.state, draft.answers["text"], draft.reference) == ("draft", "half af", None)


@pytest.mark.parametrize("name", ["J", "O'Brien", "d'Haens-van 't Hoff", "李", "محمد", "O’Brien", "x" * 100])
def test_every_name_of_a_person_is_a_name(cast: Cast, name: str) -> None:
    request = _send(cast, replace(FORM, first_name=name))
    resident = cast.session.get(Person, request.resident_id)
    assert resident is not None and resident.first_name == name


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{7*7}} ${7*7} %s %(name)s", "'; DROP TABLE person; --", "👵🏽 שלום ../..", "‮txt"],
)
def test_odd_words_come_back_exactly(cast: Cast, text: str) -> None:
    request = _send(cast, replace(FORM, text=text))
    cast.session.flush()
    cast.session.expire(request)
    assert request.text == text


def test_nobodys_mailbox_is_filled_by_asking_over_and_over(cast: Cast) -> None:
    for number in range(8):
        _send(cast, key=f"browser {number}", now=NOW + timedelta(minutes=number))
    mails = cast.session.exec(select(OutboxMessage).where(OutboxMessage.name == "request_received")).all()
    assert len(mails) == telling.MAILED_AT_MOST
    _send(cast, key="the next day", now=NOW + timedelta(days=1))
    assert len(cast.session.exec(select(OutboxMessage)).all()) == telling.MAILED_AT_MOST + 1
