"""What an administrator sets, and what nobody else can."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from models.actor import NOBODY, SYSTEM, Actor
from models.database import transaction
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.operations import communities
from models.operations.communities import CommunityForm
from models.queries import audit
from models.queries import communities as queries
from models.tables import Area, AuditEntry, Community, HelpRequest, MeetingPlace, Person, Wording
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, actor_of, link_actor


@pytest.fixture
def boss(session: Session, dummy_administrator: Person) -> Actor:
    """Give what the administrator acts as."""
    return actor_of(session, dummy_administrator)


def _change(session: Session, community: Community, actor: Actor, **typed: Any) -> None:
    form = replace(CommunityForm.of(community), **typed)
    communities.change_settings(session, community, form, actor=actor, now=NOW)


def _log(session: Session) -> list[tuple[str, str, str, str]]:
    lines = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
    return [(line.action, line.reason, line.before, line.after) for line in lines]


def _id(community: Community) -> int:
    assert community.id is not None
    return community.id


# ---- who ------------------------------------------------------------------------------------------------------------


def test_nobody_but_an_administrator_here_changes_anything(
    session: Session, dummy_community: Community, dummy_coordinator: Person, dummy_request: HelpRequest,
    dummy_administrator: Person, other_community: Community,
) -> None:  # fmt: skip
    place = factories.create_meeting_place(session, dummy_community)
    here, now = dummy_community, NOW
    deeds: list[Callable[[Actor], object]] = [
        lambda a: _change(session, here, a, name="Gekaapt"),
        lambda a: communities.add_area(session, here, "8441", "", actor=a, now=now),
        lambda a: communities.name_area(session, here, "7551", "Centrum", actor=a, now=now),
        lambda a: communities.remove_area(session, here, "7571", actor=a, now=now),
        lambda a: communities.add_meeting_place(session, here, name="x", address="y", actor=a, now=now),
        lambda a: communities.change_meeting_place(session, here, place, name="x", address="y", actor=a, now=now),
        lambda a: communities.close_meeting_place(session, here, place, actor=a, now=now),
        lambda a: communities.reopen_meeting_place(session, here, place, actor=a, now=now),
        lambda a: communities.set_wording(session, here, "home.intro", "nl", "x", actor=a, now=now),
        lambda a: communities.appoint(session, here, dummy_coordinator, "administrator", actor=a, now=now),
        lambda a: communities.dismiss_role(session, here, dummy_coordinator, "coordinator", actor=a, now=now),
    ]
    strangers = (
        actor_of(session, dummy_coordinator),
        actor_of(session, factories.create_administrator(session, other_community)),
        actor_of(session, factories.create_person(session)),
        replace(actor_of(session, dummy_administrator), only_request=dummy_request.id),
        link_actor(dummy_request),
        SYSTEM,
        NOBODY,
    )
    for actor in strangers:
        for deed in deeds:
            with pytest.raises(NotAllowed):
                deed(actor)
    assert _log(session) == []


# ---- settings --------------------------------------------------------------------------------------------------------


def test_each_changed_setting_is_a_line_in_the_log(session: Session, dummy_community: Community, boss: Actor) -> None:
    _change(session, dummy_community, boss)
    assert _log(session) == [], "what stands there already is no change"
    _change(
        session, dummy_community, boss, name=" Noaber  Hengelo ", phone="074 245 0000", answer_reminder_days="3",
        answer_lapse_days=6, vog_kinds=["transport", "buddy"], admits_without_vog=True,
    )  # fmt: skip
    here = dummy_community
    assert (here.name, here.phone, here.answer_reminder_days, here.answer_lapse_days) == (
        "Noaber Hengelo", "+31742450000", 3, 6,
    )  # fmt: skip
    assert here.vog_kinds == ["buddy", "transport"], "in the order of the taxonomy"
    assert [line[1] for line in _log(session)] == [
        "name", "answer_reminder_days", "answer_lapse_days", "vog_kinds", "admits_without_vog",
    ]  # fmt: skip
    assert ("settings_changed", "answer_reminder_days", "2", "3") in _log(session)


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"organisation": "a\0"}, "organisation", "unreadable"),
        ({"phone": " "}, "phone", "required"),
        ({"phone": "bel maar"}, "phone", "phone"),
        ({"email": "a@b, c@d"}, "email", "email"),
        ({"answer_reminder_days": "0"}, "answer_reminder_days", "number_range"),
        ({"answer_reminder_days": "twee"}, "answer_reminder_days", "number_range"),
        ({"check_in_days": "1.5"}, "check_in_days", "number_range"),
        ({"digest_weekday": 7}, "digest_weekday", "number_range"),
        ({"promised_working_days": True}, "promised_working_days", "number_range"),
        ({"answer_reminder_days": 4, "answer_lapse_days": 4}, "answer_lapse_days", "lapse_before_reminder"),
        ({"vog_kinds": ["vliegen"]}, "vog_kinds", "choice"),
        ({"auto_open_kinds": ["garden", "<b>"]}, "auto_open_kinds", "choice"),
    ],
)
def test_a_setting_that_cannot_be_used_says_where_and_changes_nothing(
    session: Session, dummy_community: Community, boss: Actor, typed: dict[str, Any], field: str, code: str
) -> None:
    before = dummy_community.model_dump()
    with pytest.raises(Invalid) as refused:
        _change(session, dummy_community, boss, **{"organisation": "Nieuw", **typed})
    assert (refused.value.field, refused.value.code) == (field, code)
    assert dummy_community.model_dump() == before


def test_long_values_fit_in_the_log(any_session: Session) -> None:
    community = factories.create_community(any_session)
    boss = actor_of(any_session, factories.create_administrator(any_session, community))
    kinds = ["company-visits", "walking-together", "hospital-escort", "wheelchair-outing", "language-practice"]
    _change(any_session, community, boss, name="x" * 100, auto_open_kinds=kinds)
    assert all(len(before) <= 30 and len(after) <= 30 for _action, _reason, before, after in _log(any_session))


# ---- area ------------------------------------------------------------------------------------------------------------


def test_a_neighbourhood_has_the_name_that_people_use(
    session: Session, dummy_community: Community, boss: Actor
) -> None:
    here = _id(dummy_community)
    assert queries.neighbourhood(session, here, "7551AB") == "Hengelo 7551"
    communities.name_area(session, dummy_community, "7551", "  De Nijverheid ", actor=boss, now=NOW)
    assert queries.neighbourhood(session, here, "7551AB") == "De Nijverheid"
    found = queries.neighbourhoods(session, here, ["7551", "7551AB", "7621", "9999"])
    assert found == {"7551": "De Nijverheid", "7551AB": "De Nijverheid", "7621": "Borne 7621", "9999": "9999"}
    communities.name_area(session, dummy_community, "7551", "", actor=boss, now=NOW)
    assert queries.neighbourhood(session, here, "7551") == "Hengelo 7551"


def test_one_communitys_name_of_a_place_is_not_anothers(
    session: Session, dummy_community: Community, other_community: Community, boss: Actor
) -> None:
    communities.name_area(session, dummy_community, "7551", "De Nijverheid", actor=boss, now=NOW)
    assert queries.neighbourhood(session, _id(other_community), "7551") == "Hengelo 7551"


def test_a_postcode_joins_the_area_once(session: Session, boss: Actor, dummy_community: Community) -> None:
    for name in ("Heerenveen-Noord", "Heerenveen"):
        communities.add_area(session, dummy_community, "8441 AB", name, actor=boss, now=NOW)
    area = session.get_one(Area, "8441")
    assert (area.community_id, area.neighbourhood) == (dummy_community.id, "Heerenveen")
    assert [line[0] for line in _log(session)] == ["area_added", "area_named"]
    assert [a.postcode for a in queries.areas(session, _id(dummy_community))] == ["7551", "7571", "7621", "8441"]


def test_a_name_is_not_lost_by_adding_its_postcode_again(
    session: Session, boss: Actor, dummy_community: Community
) -> None:
    communities.name_area(session, dummy_community, "7551", "Centrum", actor=boss, now=NOW)
    with pytest.raises(Invalid) as refused:
        communities.add_area(session, dummy_community, "7551 AB", " ", actor=boss, now=NOW)
    assert (refused.value.field, refused.value.code) == ("postcode", "postcode_here")
    assert session.get_one(Area, "7551").neighbourhood == "Centrum"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("8441", "postcode_taken"), ("9999", "postcode_unknown"), ("Hengelo", "postcode"), ("", "postcode")],
)
def test_a_postcode_that_cannot_join_says_why(
    session: Session, dummy_community: Community, other_community: Community, boss: Actor, typed: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        communities.add_area(session, dummy_community, typed, "", actor=boss, now=NOW)
    assert (refused.value.field, refused.value.code) == ("postcode", code)
    assert session.get_one(Area, "8441").community_id == other_community.id


def test_a_postcode_joins_one_community_however_many_want_it_at_once(any_database: Engine) -> None:
    with transaction(any_database) as session:
        wanting = [factories.create_community(session, areas=()) for _ in range(2)]
        bosses = [actor_of(session, factories.create_administrator(session, community)) for community in wanting]

    def add(community: Community, actor: Actor) -> Callable[[Session], str]:
        return lambda s: communities.add_area(s, community, "8441", "", actor=actor, now=NOW).postcode

    ends = at_once(any_database, *[add(c, a) for c, a in zip(wanting, bosses, strict=True)])
    assert sorted(type(end).__name__ for end in ends) == ["Invalid", "str"], ends


@pytest.mark.parametrize("state", ["submitted", "asked_back", "open", "on_hold", "matched"])
def test_a_postcode_stays_while_somebody_there_waits(
    session: Session, dummy_community: Community, boss: Actor, state: str
) -> None:
    request = factories.create_request(session, dummy_community, state=state, postcode="7571AB")
    with pytest.raises(StaleState, match="open_requests"):
        communities.remove_area(session, dummy_community, "7571", actor=boss, now=NOW)
    request.state = "withdrawn"
    communities.remove_area(session, dummy_community, "7571", actor=boss, now=NOW)
    assert session.get(Area, "7571") is None


@pytest.mark.parametrize("postcode", ["8441", "9999", "", "7551AB", "x' OR 1=1"])
def test_another_communitys_postcode_is_not_found(
    session: Session, dummy_community: Community, other_community: Community, boss: Actor, postcode: str
) -> None:
    with pytest.raises(NotFound):
        communities.name_area(session, dummy_community, postcode, "Onze buurt", actor=boss, now=NOW)
    with pytest.raises(NotFound):
        communities.remove_area(session, dummy_community, postcode, actor=boss, now=NOW)


def test_places_fall_back_to_four_digits(session: Session) -> None:
    found = queries.places_of(session, ["7551AB", "7551", "9999", "9999ZZ"])
    assert {code: place.place for code, place in found.items()} == {"7551AB": "Hengelo", "7551": "Hengelo"}


# ---- meeting places --------------------------------------------------------------------------------------------------


def test_a_meeting_place_is_added_once_changed_and_closed(
    session: Session, dummy_community: Community, boss: Actor
) -> None:
    typed = {"name": "De Cirkel", "address": "Marktstraat 1", "opening_hours": "ma-vr 9-17"}
    place = communities.add_meeting_place(session, dummy_community, **typed, actor=boss, now=NOW)
    assert communities.add_meeting_place(session, dummy_community, **typed, actor=boss, now=NOW) is place
    communities.change_meeting_place(
        session, dummy_community, place, name="De Cirkel", address="Kerkstraat 2", actor=boss, now=NOW
    )
    assert (place.address, place.opening_hours) == ("Kerkstraat 2", "")
    for _click in range(2):
        communities.close_meeting_place(session, dummy_community, place, actor=boss, now=NOW)
    assert queries.meeting_places(session, _id(dummy_community)) == []
    assert queries.meeting_places(session, _id(dummy_community), only_open=False) == [place]
    communities.reopen_meeting_place(session, dummy_community, place, actor=boss, now=NOW)
    assert [line[0] for line in _log(session)] == [
        "meeting_place_added", "meeting_place_changed", "meeting_place_closed", "meeting_place_reopened",
    ]  # fmt: skip


def test_another_communitys_meeting_place_is_not_found(
    session: Session, dummy_community: Community, other_community: Community, boss: Actor
) -> None:
    theirs = factories.create_meeting_place(session, other_community)
    assert theirs.id is not None
    assert queries.meeting_place(session, _id(dummy_community), theirs.id) is None
    with pytest.raises(NotFound):
        communities.close_meeting_place(session, dummy_community, theirs, actor=boss, now=NOW)
    with pytest.raises(NotFound):
        communities.change_meeting_place(session, dummy_community, theirs, name="x", address="y", actor=boss, now=NOW)
    assert theirs.open


def test_a_meeting_place_needs_a_name_and_an_address(session: Session, dummy_community: Community, boss: Actor) -> None:
    for name, address, field in (("", "x", "name"), ("x", " ", "address")):
        with pytest.raises(Invalid) as refused:
            communities.add_meeting_place(session, dummy_community, name=name, address=address, actor=boss, now=NOW)
        assert (refused.value.field, refused.value.code) == (field, "required")
    assert session.exec(select(MeetingPlace)).all() == []


# ---- words -----------------------------------------------------------------------------------------------------------


def test_a_communitys_own_words_come_and_go(session: Session, dummy_community: Community, boss: Actor) -> None:
    def words(text: str, language: str = "nl") -> None:
        communities.set_wording(session, dummy_community, "home.intro", language, text, actor=boss, now=NOW)

    words("")
    assert _log(session) == [], "the default again, which it was"
    for text in ("Moi!", "Moi!\r\nGoed dat u er bent. {{7*7}} %s <script>"):
        words(text)
    words("Hello!", "en")
    here = _id(dummy_community)
    assert queries.wordings(session, here, "nl") == {"home.intro": "Moi!\nGoed dat u er bent. {{7*7}} %s <script>"}
    assert queries.wordings(session, here, "en") == {"home.intro": "Hello!"}
    words("  ")
    assert queries.wordings(session, here, "nl") == {}
    assert session.exec(select(func.count()).select_from(Wording)).one() == 1


@pytest.mark.parametrize(
    ("key", "language", "text", "field", "code"),
    [
        ("intro", "nl", "x", "key", "choice"),
        ("../../etc", "nl", "x", "key", "choice"),
        ("a." + "x" * 100, "nl", "x", "key", "choice"),
        ("home.intro", "nld", "x", "language", "choice"),
        ("home.intro", "nl", "x" * 4001, "text", "too_long"),
        ("home.intro", "nl", "a\0", "text", "unreadable"),
    ],
)
def test_words_that_cannot_be_used_say_why(
    session: Session, dummy_community: Community, boss: Actor, key: str, language: str, text: str, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        communities.set_wording(session, dummy_community, key, language, text, actor=boss, now=NOW)
    assert (refused.value.field, refused.value.code) == (field, code)


# ---- the log ---------------------------------------------------------------------------------------------------------


def test_the_log_of_a_community_holds_its_own_lines_newest_first(
    session: Session, dummy_community: Community, other_community: Community, boss: Actor
) -> None:
    theirs = actor_of(session, factories.create_administrator(session, other_community))
    for name in ("Een", "Twee", "Drie"):
        communities.name_area(session, dummy_community, "7551", name, actor=boss, now=NOW)
        communities.name_area(session, other_community, "8441", name, actor=theirs, now=NOW)
    page = audit.latest(session, _id(dummy_community), limit=2)
    assert [line.reason for line in page] == ["Drie", "Twee"]
    rest = audit.latest(session, _id(dummy_community), limit=2, before_id=page[-1].id)
    assert [line.reason for line in rest] == ["Een"]
    assert audit.latest(session, _id(dummy_community), action="role_given") == []
    assert [line.reason for line in audit.history(session, "area", 7551)] == ["Een", "Twee", "Drie"]
