"""The ground of all forms: values as they were typed, and a model's refusal shown at its field."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from urllib.parse import unquote_to_bytes

from flask import Flask, flash, request
from flask_wtf import CSRFProtect, FlaskForm
from markupsafe import Markup, escape
from werkzeug.exceptions import BadRequest
from wtforms.widgets import Select

from models.errors import Invalid, NotAllowed, StaleState
from web.errors import sentence
from web.transaction import db

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Refuse a form that is no text, or not from a page of ours, before anything of it is used or kept.

    The parser would keep what it cannot read as percent signs and digits, and a name would become ``Ren%E9``.
    """

    @app.before_request
    def _refuse_unreadable() -> None:
        if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
            try:
                unquote_to_bytes(request.get_data()).decode()
            except UnicodeDecodeError:
                raise BadRequest from None

    csrf.init_app(app)


class _PlainSelect(Select):
    """A list to choose from: two of them with all kinds of help made a tenth of the work of a page."""

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:
        if kwargs or choice.render_kw or isinstance(choice.value, bool):
            return cast(Markup, super().render_option(choice, **kwargs))
        value, label = escape(choice.value), escape(choice.label or choice.value)
        selected = " selected" if choice.selected else ""
        return Markup(f'<option value="{value}"{selected}>{label}</option>')  # noqa: S704  (escaped above)


_PLAIN_SELECT = _PlainSelect()


_SAME_FOR_ALL = frozenset({"choice", "number_range", "required"})
"""Reasons that say nothing of their field: in the summary on top nobody would know which one is meant."""


class Form(FlaskForm):
    """A form whose rules live in the models: it only translates.

    Attributes
    ----------
    missing : mapping
        What to say where a field is empty or nothing was chosen, so that the summary tells one from the other.
    """

    missing: ClassVar[Mapping[str, Any]] = {}

    class Meta:
        """How fields are drawn."""

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Markup:
            """Draw a field; a list to choose from without the detours for attributes that ours do not have."""
            if type(field.widget) is Select:
                field.widget = _PLAIN_SELECT if not field.widget.multiple else field.widget
            return cast(Markup, super().render_field(field, render_kw))  # type: ignore[misc]  # WTForms mixes it in

    def refuse(self, error: Invalid, **fields: str) -> None:
        """Put a model's refusal at the field it speaks of.

        Parameters
        ----------
        **fields
            Where the model's name of a field is not this form's: ``start="day"``.
        """
        name = fields.get(error.field, error.field)
        said = self.missing.get(name) if error.code in ("required", "choice") else None
        words = sentence(error) if said is None else str(said)
        field = self._fields.get(name)
        if field is None:
            self.form_errors.append(words)
            return
        if said is None and error.code in _SAME_FOR_ALL:
            words = f"{words.rstrip('.')}: {field.label.text}"
        field.errors = [*field.errors, words]


class Attempt:
    """Whether what was tried inside `attempt` was done."""

    done = False
    refused: Exception | None = None


@contextmanager
def attempt(form: Any = None, **fields: str) -> Iterator[Attempt]:
    """Try an operation: done wholly, or not at all and explained.

    ::

        with attempt(form) as tried:
            requests.publish(db(), row, ...)
        if tried.done:
            return redirect(...)
        return render_template(..., form=form)

    A refusal rolls back to where this began. `Invalid` is shown at its field; `StaleState` and `NotAllowed` are
    flashed in kind words.
    """
    tried = Attempt()
    try:
        with db().begin_nested():
            yield tried
        tried.done = True
    except Invalid as error:
        _forget_what_was_tried(tried, error)
        if form is not None:
            form.refuse(error, **fields)
        else:
            flash(sentence(error), "watch")
    except (StaleState, NotAllowed) as error:
        _forget_what_was_tried(tried, error)
        flash(sentence(error), "watch")


def _forget_what_was_tried(tried: Attempt, error: Exception) -> None:
    tried.refused = error
    # Rows in memory may show what was rolled back; the page that follows reads them again.
    db().expire_all()
