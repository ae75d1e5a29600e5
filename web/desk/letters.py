"""On paper, and read out: the confirmation after a call, and a letter for who has no e-mail."""

from typing import Any

from flask import render_template, url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

from models.catalogue import direction
from models.permissions import Permission
from models.queries.desk_requests import Asked
from models.states import REQUEST_FINAL, RequestState
from models.values import phone_as_read
from models.working_days import promised_day
from web import access, i18n
from web.access import needs
from web.desk import request_page, words
from web.desk.pages import pages
from web.desk.spelling import SPELLED
from web.runtime import now, runtime
from web.words import day_in_words, today_here, when_in_words

_STANDS: dict[str, Any] = {
    RequestState.ASKED_BACK: lazy_gettext("we asked you something"),
    RequestState.OPEN: lazy_gettext("we are looking for somebody"),
    RequestState.ON_HOLD: lazy_gettext("we wait with it for a while"),
    RequestState.MATCHED: lazy_gettext("somebody wants to help you"),
    RequestState.FULFILLED: lazy_gettext("you were helped"),
    RequestState.REFERRED: lazy_gettext("others can help you better"),
    RequestState.CLOSED: lazy_gettext("we could not help"),
    RequestState.WITHDRAWN: lazy_gettext("it was taken back"),
    RequestState.EXPIRED: lazy_gettext("the day is past"),
}
"""How it stands, as a letter says it."""


@pages.get("/<community>/desk/requests/<int:request_id>/noted", endpoint="noted")
@needs(Permission.DESK_WORK)
def noted(request_id: int) -> str:
    """Show the number and the code to read out, after a call."""
    found = request_page.asked(request_id)
    code = code_of(found)
    return render_template(
        "desk/noted.html",
        row=found.request,
        name=found.contact.first_name,
        code=code,
        spelled=[str(SPELLED.get(sign, sign)) for sign in code if not sign.isspace()],
        promised=_promised(found),
        has_email=bool(found.contact.email),
        summary=summary_rows(found),
    )


@pages.get("/<community>/desk/requests/<int:request_id>/letter", endpoint="letter")
@needs(Permission.DESK_WORK)
def letter(request_id: int) -> str:
    """Show a letter to print, in its reader's language: what was asked, what comes next, and the code."""
    found = request_page.asked(request_id)
    reader = found.contact
    known = {code for code, _name in i18n.languages()}
    language = reader.language if reader.language in known else access.community().language
    with words.in_language(language):
        body = Markup(  # noqa: S704  # rendered from a template, which escapes
            render_template(
                "desk/letter_body.html",
                row=found.request,
                reader=reader,
                resident=found.resident,
                code=code_of(found),
                today=day_in_words(today_here()),
                promised=_promised(found),
                is_over=found.request.state in REQUEST_FINAL,
                is_new=found.request.state == RequestState.SUBMITTED,
                state=str(_STANDS.get(found.request.state, "")),
                summary=summary_rows(found),
                phone=phone_as_read(access.community().phone) if access.community().phone else "",
                address=runtime().settings.base_url + url_for("follow.start"),
            )
        )
    return render_template(
        "desk/letter.html",
        body=body,
        letter_language=language,
        letter_direction=direction(language),
        row=found.request,
        name=reader.first_name,
    )


def code_of(found: Asked) -> str:
    """Give the paper code of a request in groups of four, as people read it aloud."""
    row = found.request
    assert row.id is not None, "the row was saved"
    code = runtime().tokens.request_code(row.id, row.link_version)
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def summary_rows(found: Asked) -> list[dict[str, Any]]:
    """Give what was asked, to read once more."""
    row = found.request
    return [
        {"question": str(lazy_gettext("What you asked")), "answer": row.text, "multiline": True},
        {"question": str(lazy_gettext("Kind of help")), "answer": words.kind_names(row.kinds)},
        {"question": str(lazy_gettext("When")), "answer": when_in_words(row.when)},
        {"question": str(lazy_gettext("Where")), "answer": found.place},
    ]


def _promised(found: Asked) -> str:
    """Write the day by which they hear from us; empty once they did, or once that day is past."""
    row, community = found.request, access.community()
    if row.answered_at is not None or row.state != RequestState.SUBMITTED:
        return ""
    day = promised_day(row.submitted_at or now(), community.promised_working_days, community.timezone)
    return day_in_words(day) if day >= today_here() else ""
