"""F3: a change and what is told of it are saved together or not at all, wherever the process dies."""

from typing import Any

from models.tables import AuditEntry, Community, HelpRequest, Match
from tests import factories
from tests.faults.conftest import KILLED, ROUNDS, Site

# Nothing is committed yet: neither stands there afterwards.
NOT_YET = ["telling:tell:before", "telling:tell:after", "telling:_insert_once:before", "telling:_insert_once:after"]


def asked(site: Site, deed: str) -> dict[str, Any]:
    """Make what a coordinator is about to change; gives the order for the process that does it."""
    with site.house.write() as session:
        there = session.get_one(Community, site.community_id)
        coordinator = factories.create_coordinator(session, there)
        row: Any
        if deed == "approve":
            row = factories.create_match(session, factories.create_request(session, there))
        else:
            row = factories.create_request(session, there, state="submitted", answered_at=None)
        return {"deed": deed, "row": row.id, "actor": coordinator.id, "community": there.id}


def stands(site: Site, order: dict[str, Any]) -> dict[str, bool]:
    """Say of the change, its line in the log and its message whether it stands there."""
    if order["deed"] == "approve":
        changed = site.house.get(Match, order["row"]).state == "approved"
        subject, name, key = "match", "proposal_volunteer", "match_id"
    else:
        changed = site.house.get(HelpRequest, order["row"]).state == "asked_back"
        subject, name, key = "request", "request_question", "request_id"
    lines = [
        line
        for line in site.house._all(AuditEntry, AuditEntry.subject, subject)
        if line.subject_id == order["row"] and line.after in ("approved", "asked_back")
    ]
    told = [message for message in site.house.messages(name) if message.params.get(key) == order["row"]]
    assert len(lines) <= 1 and len(told) <= 1
    return {"change": changed, "log": bool(lines), "message": bool(told)}


def test_killed_between_a_change_and_its_message_there_are_both_or_neither(site: Site) -> None:
    for number in range(ROUNDS):
        order = asked(site, site.dice.choice(["approve", "ask_back"]))
        mine = {"then_die": True} if number % 3 == 2 else {"mine": site.dice.choice(NOT_YET)}
        process = site.nursery.start(environment=site.environment, **order, **mine)
        assert site.nursery.wait(process) == KILLED, (site.seed, number, mine)
        committed = "then_die" in mine
        assert set(stands(site, order).values()) == {committed}, (site.seed, number, order, mine)
        if not committed:
            # Done again by somebody who is not killed, it stands there once.
            assert site.nursery.wait(site.nursery.start(environment=site.environment, **order)) == 0
            assert set(stands(site, order).values()) == {True}, (site.seed, number, order)
