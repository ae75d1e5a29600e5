"""Makes a message from what is true at this moment: subject, text and HTML, or a few words for the phone."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, select_autoescape
from markupsafe import Markup, escape
from sqlmodel import Session

from models import themes, values
from models.catalogue import available_languages, direction, translations
from models.compiled import Compiled
from models.mail_kinds import stopped
from models.messages import words
from models.messages.context import Context, Fitting, Message, Skip
from models.messages.facts import MESSAGES
from models.messages.facts.volunteers import sign_in_digits
from models.messages.fitting import fitting_requests
from models.messages.links import Links
from models.queries import communities, people
from models.settings import Settings
from models.tables import Call, Community, OutboxMessage, Person

__all__ = ["MASK", "Rendered", "Skip", "default_words", "opened", "render", "spoken"]

MASK = "•••"
"""Stands in a kept text where something stood that lets somebody in."""

SUBJECT_LIMIT = 200
_HERE = Path(__file__).resolve().parent
_COMPILED = Compiled(_HERE / "__pycache__")
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
_A_NUMBER = 987_654_321  # stands for whatever number a plural is made with
_PHONE_LINK = Markup('<a class="phone" dir="ltr" href="tel:{}">{}</a>')
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it is sent.

    Attributes
    ----------
    subject : str
        One line, no control characters, at most `SUBJECT_LIMIT` characters.
    text, html : str
        The two bodies; each is complete in itself.
    language : str
        Of the reader.
    fewer_url : str
        Where the reader can stop mails of this kind, by opening it or with one POST (RFC 8058); empty for news.
    secrets : tuple of str
        What lets somebody in (codes, tokens of links): not to be kept or logged.
    """

    subject: str
    text: str
    html: str
    language: str = "nl"
    fewer_url: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def kept(self, text: str) -> str:
        """Give a text without what lets somebody in, for keeping."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text


def render(
    session: Session,
    message: OutboxMessage,
    *,
    settings: Settings,
    now: datetime,
    fitting: Fitting = fitting_requests,
) -> Rendered:
    """Make a message for its recipient, in their language.

    Parameters
    ----------
    now : datetime
        The present moment (aware, UTC).
    fitting : callable
        Finds the requests of a weekly digest.

    Raises
    ------
    Skip
        If it is no longer useful, or the recipient wants or may get no mail; ``reason`` says which.
    ValueError, jinja2.TemplateError
        If it can never be made: a message that does not exist, ids that are not there, a broken template.
    """
    context = _context(session, message, now, fitting)
    made = _message(message.name)
    facts = _facts(made, context)
    links = Links.of(context.community, settings.base_url, settings.secret_key)
    facts["digits"] = sign_in_digits(context, links) if message.name == "sign_in" else ""
    shown = {**_always(context), **facts, "action_url": made.link(context, links), "fewer_url": ""}
    if made.kind is not None:
        shown["fewer_url"] = links.fewer(_reader_id(context), made.kind)
    return _fill(message.name, context, shown, tuple(links.secrets))


def check(session: Session, message: OutboxMessage, *, now: datetime, fitting: Fitting = fitting_requests) -> None:
    """Look again whether a message should still be sent.

    Raises
    ------
    Skip
        If not; ``reason`` says why.
    """
    _facts(_message(message.name), _context(session, message, now, fitting))


def opened(session: Session, message: OutboxMessage, *, settings: Settings, now: datetime) -> str:
    """Give the kept text of a message with its private link put back: for invented people alone."""
    try:
        context = _context(session, message, now, fitting_requests)
        links = Links.of(context.community, settings.base_url, settings.secret_key)
        made = _message(message.name)
        addresses = [made.link(context, links)]
    except (Skip, ValueError):
        return message.body
    if made.kind is not None:
        addresses.append(links.fewer(_reader_id(context), made.kind))
    body = message.body
    for address in addresses:
        masked = address
        for secret in links.secrets:
            masked = masked.replace(secret, MASK)
        body = body.replace(masked, address)
    return body


def _context(session: Session, message: OutboxMessage, now: datetime, fitting: Fitting) -> Context:
    reader = people.by_id(session, message.recipient_id)
    if reader is None or reader.erased_at is not None:
        raise Skip("erased")
    if reader.no_messages_at is not None and not message.urgent:  # a code that they ask for this minute
        raise Skip("no_messages")
    if not reader.email:
        raise Skip("no_email")
    community = communities.by_id(session, message.community_id) if message.community_id is not None else None
    if community is None:
        raise ValueError("a message belongs to a community")
    return Context(
        session=session, reader=reader, community=community, params=dict(message.params),
        language=_language(reader, community), now=now, told_on=message.created_at, fitting=fitting, key=message.key,
    )  # fmt: skip


def spoken(session: Session, call: Call, language: str, *, now: datetime, fitting: Fitting = fitting_requests) -> str:
    """Say in a few sentences what a coordinator tells somebody on the phone, instead of the message.

    Raises
    ------
    Skip
        If it is no longer useful.
    ValueError
        If there is no such message, or its ids are not there.
    """
    reader, community = people.by_id(session, call.person_id), communities.by_id(session, call.community_id)
    if reader is None or community is None or reader.erased_at is not None:
        raise Skip("erased")
    context = Context(
        session=session, reader=reader, community=community, params=dict(call.params), language=language, now=now,
        told_on=call.created_at, fitting=fitting, key=call.key, by_phone=True,
    )  # fmt: skip
    # A code to sign in is never read aloud: it is asked for again.
    facts = {} if call.about == "sign_in" else _message(call.about).facts(context)
    text = _environment(language).get_template(f"{call.about}/spoken.txt").render(**_always(context), **facts)
    return _tidy(text)


def default_words(key: str, language: str) -> str:
    """Give the words that a community's own would replace, with the placeholders in their places.

    Raises
    ------
    KeyError
        For a key that does not exist (see `words.keys`).
    """
    shown: dict[str, Any] = {name: f"%({name})s" for name in words.placeholders(key)}
    shown["number"] = _A_NUMBER
    name, _, part = key.rpartition(".")
    environment = _environment(language).overlay(undefined=Undefined)
    if part == "subject":
        text = " ".join(environment.get_template(f"{name}/subject.txt").render(**shown).split())
    else:
        template = environment.get_template(f"{name}/body.txt")
        text = "".join(template.blocks["intro"](template.new_context(shown))).strip()
    return text.replace(str(_A_NUMBER), "%(number)s")


def _message(name: str) -> Message:
    try:
        return MESSAGES[name]
    except KeyError:
        raise ValueError(f"there is no message {name!r}") from None


def _facts(made: Message, context: Context) -> dict[str, Any]:
    if made.kind is not None and stopped(context.reader, made.kind):
        raise Skip("not_wanted")
    return made.facts(context)


def _reader_id(context: Context) -> int:
    assert context.reader.id is not None, "a reader was found in the database"
    return context.reader.id


def _language(reader: Person, community: Community) -> str:
    known = available_languages()
    return next((one for one in (reader.language, community.language) if one in known), "en")


def _always(context: Context) -> dict[str, Any]:
    community = context.community
    phone = values.phone_as_read(community.phone) if community.phone else ""
    return {
        "first_name": context.reader.first_name,
        "community": community.name,
        "organisation": community.organisation,
        "here": community.name.removeprefix("Noaber ") or community.name,
        "phone": phone,
        "phone_link": _PHONE_LINK.format(community.phone, phone),
        "email": community.email,
        "language": context.language,
        "direction": direction(context.language),
        **_colours(community),
    }


def _colours(community: Community) -> dict[str, dict[str, str]]:
    """Give the tokens of a community by scheme, named as a template can: mail programs know no custom properties."""
    theme = themes.of(community)
    return {
        scheme: {
            name.removeprefix("noaber-").replace("-", "_"): value
            for name, value in theme.of(scheme).items()
            if name.startswith("noaber-")
        }
        for scheme in themes.SCHEMES
    }


def _fill(name: str, context: Context, shown: dict[str, Any], secrets: tuple[str, ...]) -> Rendered:
    own = communities.wordings(context.session, context.community.id or 0, context.language)
    environment = _environment(context.language)
    subject = _own_words(own, f"{name}.subject", shown)
    if subject is None:
        subject = environment.get_template(f"{name}/subject.txt").render(**shown)
    subject = one_line(subject)
    shown = {**shown, "subject": subject, "own_intro": _own_words(own, f"{name}.intro", shown) or ""}
    return Rendered(
        subject=subject,
        text=_tidy(environment.get_template(f"{name}/body.txt").render(**shown)) + "\n",
        html=_INLINER.inline(environment.get_template(f"{name}/body.html").render(**shown)),
        language=context.language,
        fewer_url=shown["fewer_url"],
        secrets=secrets,
    )


def _own_words(own: Mapping[str, str], key: str, shown: Mapping[str, Any]) -> str | None:
    text = own.get(key, "").strip()
    return (words.fill(key, text, shown) or None) if text else None


def one_line(text: str) -> str:
    """Make a text fit for a header: one line without control characters, cut where it is far too long."""
    printable = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") else " " for c in text)
    line = " ".join(printable.split())
    return line if len(line) <= SUBJECT_LIMIT else f"{line[: SUBJECT_LIMIT - 1]}…"


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return _BLANK_LINES.sub("\n\n", lines)


def _lines(text: object) -> Markup:
    """Keep the line breaks of a plain text in HTML."""
    return Markup("<br>\n").join(escape(text).splitlines())


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    environment.filters["lines"] = _lines
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return environment
