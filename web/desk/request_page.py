"""The page of one request: as it was told, what happened, and what can be done with it now."""

from flask import render_template, url_for
from flask_babel import gettext as _

from models.errors import NotFound
from models.queries import desk_requests
from models.queries.desk_requests import Asked, Event, Helper
from models.states import RequestState
from web import access
from web.desk import choosing, contact, steps, words
from web.desk.forms import PublishForm
from web.desk.today import waiting_words
from web.preferences import request_facts
from web.transaction import db
from web.words import day_in_words, days_ago, moment_in_words, when_in_words


def asked(request_id: int) -> Asked:
    """Give a request of this community.

    Raises
    ------
    NotFound
        For a draft, and for another community's.
    """
    found = desk_requests.asked(db(), access.community().id, request_id)
    if found is None:
        raise NotFound
    return found


def page(found: Asked, publish: PublishForm | None = None) -> str:
    """Show the page of a request; ``publish`` is the form that was sent and refused."""
    row = found.request
    choice = choosing.look(found)
    history = desk_requests.history(db(), row)
    if row.state == RequestState.SUBMITTED and publish is None:
        publish = steps.publish_form(found)
    return render_template(
        "desk/request.html",
        asked=found,
        row=row,
        title_kinds=words.kind_names(row.kinds),
        tag=words.request_tag(row.state),
        waiting=waiting_words(row),
        since=days_ago(row.submitted_at or row.created_at),
        told_at=moment_in_words(row.submitted_at or row.created_at),
        facts=_facts(found),
        reach=_reach(found) if contact.was_looked_up(history, found.resident, found.asker) else None,
        timeline=_timeline(history, choice.helpers),
        publish=publish,
        suggested=steps.suggested(row),
        steps=[
            {"url": url_for("desk.request_action", request_id=row.id, name=name), "text": str(action.link)}
            for name, action in steps.actions(row)
        ],
        group_of=_group_of,
        when=when_in_words(row.when),
        choice=choice,
        stay_at=url_for("desk.request", request_id=row.id),
    )


def _facts(found: Asked) -> list[tuple[str, str]]:
    row = found.request
    for_whom = f"{found.resident.first_name or _('Erased')} {found.resident.last_name}".strip()
    facts = [
        (_("For"), for_whom),
        (_("Kind of help"), words.kind_names(row.kinds)),
        (_("When"), when_in_words(row.when)),
        (_("Where"), f"{found.place} ({row.postcode})" if row.postcode[:4] not in found.place else found.place),
        (_("Urgency"), str(words.URGENCIES[row.urgency])),
    ]
    if found.asker is not None:
        relation = str(words.RELATIONS.get(row.relation, row.relation))
        facts.append((_("Asked by"), f"{found.asker.first_name} ({relation.lower()})"))
        told = str(words.TOLD.get(row.told, ""))
        on = f", {day_in_words(row.told_on)}" if row.told_on else ""
        facts.append((_("Does the resident know?"), f"{told}{on}"))
    if row.languages:
        facts.append((_("Languages"), words.language_names(row.languages)))
    facts += request_facts(row.traits, row.avoids)
    if row.people_wanted > 1:
        facts.append((_("Volunteers needed"), str(row.people_wanted)))
    if row.leaves_choice:
        facts.append((_("Choice"), _("Leaves the choice of volunteer to us")))
    if also := words.read_in(row.text):
        facts.append((_("Read in the text"), also))
    if row.hold_until and row.state == RequestState.ON_HOLD:
        facts.append((_("On hold until"), day_in_words(row.hold_until)))
    if row.referred_to:
        facts.append((_("Referred to"), row.referred_to))
    return facts


def _reach(found: Asked) -> list[dict[str, str]]:
    """Give how to reach the people of a request, the one who is written to first."""
    people = [(found.resident, _("resident"))]
    if found.asker is not None:
        relation = str(words.RELATIONS.get(found.request.relation, "")).lower()
        people.append((found.asker, relation))
    people.sort(key=lambda pair: pair[0].id != found.request.contact_id)
    return [
        {
            "name": f"{person.first_name} {person.last_name}".strip(),
            "role": role,
            "phone": person.phone or "",
            "email": person.email or "",
            "address": person.address,
        }
        for person, role in people
    ]


def _timeline(history: list[Event], helpers: dict[int, Helper]) -> list[dict[str, str]]:
    return [
        {
            "when": moment_in_words(event.entry.at),
            "text": words.event(event.entry, _name_of(event.volunteer_id, helpers)),
            "who": words.actor(event.entry, event.first_name),
        }
        for event in history
    ]


def _name_of(volunteer_id: int | None, helpers: dict[int, Helper]) -> str:
    helper = helpers.get(volunteer_id) if volunteer_id is not None else None
    return helper.first_name if helper is not None else ""


def _group_of(state: str) -> str:
    """Give the list in which requests of a state stand."""
    return next((name for name, states in desk_requests.GROUPS.items() if state in states), "submitted")
