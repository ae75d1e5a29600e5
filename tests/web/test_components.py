"""The macros that all pages are made of: what they promise to people who cannot see the screen, or mistype."""

from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from models.values import phone_as_read
from web import assets, drawing

XHTML = "{http://www.w3.org/1999/xhtml}"


def _choices(*values: str) -> list[SelectChoice]:
    return [SelectChoice(value, value.capitalize()) for value in values]


class _Moment(FlaskForm):
    class Meta:
        csrf = False

    hour = StringField("Hour", [InputRequired("Fill in an hour.")])


class _Question(FlaskForm):
    class Meta:
        csrf = False

    name = StringField("What is your first name?", [InputRequired("Fill in your name."), Length(max=4)])
    own = TextAreaField("Your words", description="As you would say it.")
    when = RadioField("When?", [InputRequired("Choose when.")], choices=_choices("once", "weekly"))
    kinds = SelectMultipleField(
        "Which?",
        [InputRequired("Choose a kind.")],
        choices=_choices("garden", "pets", "money"),
    )
    moment = FormField(_Moment)
    names = FieldList(StringField("Other", [InputRequired("Fill in this one too.")]), min_entries=1)


@pytest.fixture
def pages() -> Iterator[Flask]:
    app = Flask("web", root_path=str(assets.ROOT / "web"))
    app.config.update(SECRET_KEY="a test", WTF_CSRF_ENABLED=True)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="en")
    CSRFProtect(app)
    drawing.init_app(app)
    app.jinja_env.globals["asset_url"] = "/static/{}".format
    app.jinja_env.filters["phone_as_read"] = phone_as_read
    with app.test_request_context("/", method="POST", data={"name": "Wilhelmina"}):
        yield app


IMPORTS = """{% import "components/form.html" as f %}{% import "components/ui.html" as ui %}
{% import "components/cards.html" as cards %}{% import "components/week.html" as week %}"""


def _drawn(source: str, **context: Any) -> Any:
    parser = html5lib.HTMLParser(strict=False)
    return parser.parseFragment(render_template_string(IMPORTS + source, **context))


def _by_id(tree: Any) -> dict[str, Any]:
    found = [element for element in tree.iter() if element.get("id")]
    ids = [element.get("id") for element in found]
    assert len(ids) == len(set(ids)), "an id stands twice"
    return {element.get("id"): element for element in found}


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


ALL_FIELDS = """{{ f.error_summary(form) }}{{ f.text(form.name) }}{{ f.textarea(form.own, limit=1000) }}
{{ f.radios(form.when) }}{{ f.tiles(form.kinds) }}{{ f.text(form.moment.form.hour) }}{{ f.text(form.names[0]) }}"""


def test_the_summary_says_the_same_as_the_field_and_leads_to_it(pages: Flask) -> None:
    form = _Question(data={"name": ""})
    form.validate()
    tree = _drawn(ALL_FIELDS, form=form)
    ids = _by_id(tree)
    links = list(ids["error-summary"].iter(f"{XHTML}a"))
    told = {}
    for link in links:
        target = ids[link.get("href").removeprefix("#")]
        assert target.tag in {f"{XHTML}input", f"{XHTML}textarea"}
        told[target.get("id")] = _words(link)
    assert told == {
        "name": "Field cannot be longer than 4 characters.",
        "when-0": "Choose when.",
        "kinds-0": "Choose a kind.",
        "moment-hour": "Fill in an hour.",
        "names-0": "Fill in this one too.",
    }
    for field, words in (("name", told["name"]), ("when", "Choose when."), ("kinds", "Choose a kind.")):
        assert words in _words(ids[f"{field}-error"])


def test_the_summary_can_take_the_focus_and_stays_away_without_errors(pages: Flask) -> None:
    form = _Question()
    assert "error-summary" not in _by_id(_drawn("{{ f.error_summary(form) }}", form=form))
    form.validate()
    summary = _by_id(_drawn("{{ f.error_summary(form) }}", form=form))["error-summary"]
    assert summary.get("tabindex") == "-1"
    assert summary.get("autofocus") is not None


def test_every_description_that_is_named_exists(pages: Flask) -> None:
    form = _Question()
    form.validate()
    tree = _drawn(ALL_FIELDS, form=form)
    ids = _by_id(tree)
    named = [name for e in tree.iter() for name in (e.get("aria-describedby") or "").split()]
    assert {"name-error", "own-help", "when-error", "kinds-error"} <= set(named) <= set(ids)
    labelled = {label.get("for") for label in tree.iter(f"{XHTML}label")}
    inputs = {e.get("id") for e in tree.iter() if e.tag in {f"{XHTML}input", f"{XHTML}textarea"}}
    assert inputs <= labelled


def test_what_was_typed_stays_and_is_never_cut_off(pages: Flask) -> None:
    form = _Question()
    form.validate()
    box = _by_id(_drawn("{{ f.text(form.name) }}", form=form))["name"]
    assert box.get("value") == "Wilhelmina"
    assert box.get("maxlength") is None
    assert box.get("aria-invalid") == "true"


def test_the_question_is_the_heading_and_the_label(pages: Flask) -> None:
    tree = _drawn("{{ f.text(form.name, as_h1=True) }}", form=_Question())
    heading = next(tree.iter(f"{XHTML}h1"))
    assert next(heading.iter(f"{XHTML}label")).get("for") == "name"
    group = _drawn("{{ f.radios(form.when, as_h1=True) }}", form=_Question())
    legend = next(group.iter(f"{XHTML}legend"))
    assert _words(next(legend.iter(f"{XHTML}h1"))) == "When?"


def test_tiles_in_groups_leave_no_choice_out(pages: Flask) -> None:
    tree = _drawn('{{ f.tiles(form.kinds, groups=[("Outside", ["garden"])]) }}', form=_Question())
    assert {e.get("value") for e in tree.iter(f"{XHTML}input")} == {"garden", "pets", "money"}


def test_a_form_that_changes_something_carries_its_token(pages: Flask) -> None:
    tree = _drawn(
        """{% call f.form() %}{{ f.submit("Send") }}{% endcall %}{{ ui.post_button("/x", "Yes") }}
        {% call f.form(method="get") %}{{ f.submit("Look") }}{% endcall %}"""
    )
    forms = list(tree.iter(f"{XHTML}form"))
    tokens = [[i.get("value") for i in form.iter(f"{XHTML}input") if i.get("name") == "csrf_token"] for form in forms]
    assert [bool(found and found[0]) for found in tokens] == [True, True, False]
    assert all(form.get("novalidate") is not None for form in (forms[0], forms[2]))


def test_somebody_else_s_words_stay_words(pages: Flask) -> None:
    evil = '<script>alert(1)</script>"&'
    tree = _drawn(
        """{{ ui.quote(evil) }}{{ ui.details([(evil, evil)]) }}{{ cards.candidate(evil, evil, [("good", evil)]) }}
        {{ cards.request([("garden", evil)], evil, place=evil, when=evil) }}
        {{ cards.person(evil, email=evil, phone=evil) }}
        {{ ui.summary([{"question": evil, "answer": evil, "url": "/x"}]) }}{{ cards.row("/x", evil, evil) }}
        {{ ui.empty(evil, evil) }}{{ ui.steps([{"state": "now", "text": evil}]) }}
        {{ ui.link("/x", evil, hidden=evil) }}""",
        evil=evil,
    )
    assert not list(tree.iter(f"{XHTML}script"))
    assert _words(tree).count("<script>alert(1)</script>") >= 15


def test_the_week_can_be_read_cell_by_cell(pages: Flask) -> None:
    value = {"parts": {0: ["morning"]}, "times": {1: [("09:30", "11:00")]}}
    tree = _drawn('{{ week.grid("week", value, "When?") }}', value=value)
    boxes = [e for e in tree.iter(f"{XHTML}input") if e.get("type") == "checkbox"]
    assert len(boxes) == 21
    assert [box.get("name") for box in boxes if box.get("checked") is not None] == ["week-0-part"]
    names = {_words(label) for label in tree.iter(f"{XHTML}label")}
    assert {"Monday morning", "Sunday evening", "Tuesday from", "Tuesday until"} <= names
    chosen = [
        (select.get("name"), option.get("value"))
        for select in tree.iter(f"{XHTML}select")
        for option in select.iter(f"{XHTML}option")
        if option.get("selected") is not None
    ]
    assert chosen == [("week-1-from", "09:30"), ("week-1-until", "11:00")]
    from_and_until = [select.get("name") for select in tree.iter(f"{XHTML}select")]
    assert from_and_until.count("week-1-from") == from_and_until.count("week-1-until") == 2
    assert next(tree.iter(f"{XHTML}details")).get("open") is not None


def test_a_time_off_the_half_hour_is_not_lost(pages: Flask) -> None:
    value = {"times": {3: [("05:15", "24:00")]}}
    tree = _drawn('{{ week.grid("week", value, "When?") }}', value=value)
    chosen = [e.get("value") for e in tree.iter(f"{XHTML}option") if e.get("selected") is not None]
    assert chosen == ["05:15", "24:00"]


class _Everything(FlaskForm):
    class Meta:
        csrf = False

    own = TextAreaField("Your words", [InputRequired("Write something.")], description="As you would say it.")
    first = StringField("First name", [InputRequired("Fill in a name.")])
    postcode = StringField("Postcode", [InputRequired("Fill in a postcode.")])
    mail = EmailField("E-mail")
    when = RadioField("When?", [InputRequired("Choose when.")], choices=_choices("once", "weekly"))
    reach = RadioField("How?", [InputRequired("Choose how.")], choices=_choices("phone", "mail"))
    kinds = SelectMultipleField("Which?", [InputRequired("Choose a kind.")], choices=_choices("garden", "pets"))
    langs = SelectMultipleField("Languages", choices=_choices("nl", "tr"))
    km = IntegerField("How far?", [InputRequired("Fill in a number.")])
    day = DateField("Day", [InputRequired("Choose a day.")])
    frm = TimeField("From")
    till = SelectField("Until", choices=_choices("10:00", "10:30"))
    pick = SelectField("Who?", choices=_choices("daughter", "neighbour"))
    ok = BooleanField("I may", [InputRequired("Tick this.")], description="She knows.")


@pytest.mark.parametrize("wrong", [False, True])
def test_the_page_with_every_component_is_sound(pages: Flask, wrong: bool) -> None:
    pages.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/{endpoint}")
    form = _Everything()
    if wrong:
        form.validate()
    html = render_template(
        "styleguide.html",
        form=form,
        groups=[("Outside", ["garden"])],
        kinds={"garden": "Garden jobs", "pets": "Pets"},
        community={"name": "Hengelo", "phone": "074 1234567", "email": "hallo@noaber.example"},
        languages=[("nl", "Nederlands"), ("en", "English")],
        language="nl",
    )
    tree = html5lib.HTMLParser(strict=True).parse(html)
    ids = _by_id(tree)
    assert len(list(tree.iter(f"{XHTML}h1"))) == 1
    title = _words(next(tree.iter(f"{XHTML}title")))
    assert title == ("Error: " if wrong else "") + "Bouwstenen – Noaber Hengelo"
    assert ("error-summary" in ids) is wrong
    if wrong:
        assert len(list(ids["error-summary"].iter(f"{XHTML}li"))) == len(form.errors) == 11
    assert {e.get("for") for e in tree.iter(f"{XHTML}label") if e.get("for")} <= set(ids)
    targets = {e.get("href")[1:] for e in tree.iter(f"{XHTML}a") if e.get("href", "").startswith("#")}
    assert {target for target in targets if target} <= set(ids)
