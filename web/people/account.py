"""Somebody's own page: what they asked and what happens now, their details, and stopping with all of it."""

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import values
from models.operations import people, sign_in
from models.permissions import Permission
from models.queries import my_page
from models.tables import Person
from web import access, i18n, limits
from web.access import needs
from web.forms import attempt
from web.limits import limiter
from web.people import pages
from web.people.entering import enter, forget_browser
from web.people.forms import DetailsForm, NewPasswordForm
from web.people.happening import as_shown
from web.people.mailbox import others_of
from web.runtime import now
from web.transaction import db
from web.words import moment_in_words

Answer = str | Response | tuple[str, int]


@pages.get("/<community>/account")
@needs(Permission.SELF)
def account() -> str:
    """What I asked, what happens now, and the doors to everything that is mine."""
    who = access.signed_in_person()
    asked = [as_shown(one, who) for one in my_page.asked(db(), who.id, access.community().id)]
    return render_template(
        "people/account.html",
        who=who,
        running=[one for one in asked if not one.ended],
        ended=[one for one in asked if one.ended],
        volunteer=access.own_volunteer(),
        others=others_of(who),
    )


@pages.get("/<community>/account/details")
@needs(Permission.SELF)
def details() -> str:
    """Correct who I am and how to call me."""
    who = access.signed_in_person()
    form = DetailsForm(data={
        "first_name": who.first_name,
        "last_name": who.last_name,
        "phone": values.phone_as_read(who.phone) if who.phone else "",
        "language": who.language,
    })  # fmt: skip
    return _details(form, who)


@pages.post("/<community>/account/details")
@needs(Permission.SELF)
def change_details() -> Answer:
    """Keep what was corrected."""
    who, form = access.signed_in_person(), DetailsForm()
    with attempt(form) as tried:
        people.change_details(
            db(),
            who,
            first_name=form.first_name.data or "",
            last_name=form.last_name.data or "",
            phone=form.phone.data or "",
            language=form.language.data or "",
            actor=access.actor(),
            now=now(),
        )
    if not tried.done:
        return _details(form, who), 422
    session["language"] = who.language
    flash(_("Your details are kept."), "good")
    return redirect(url_for("people.account"), 303)


def _details(form: DetailsForm, who: Person) -> str:
    form.language.choices = i18n.languages()
    return render_template("people/details.html", form=form, who=who)


@pages.post("/<community>/account/address")
@needs(Permission.SELF)
def remove_address() -> Response:
    """Take away the address that was given for an appointment."""
    with attempt() as tried:
        people.set_address(db(), access.signed_in_person(), "", actor=access.actor(), now=now())
    if tried.done:
        flash(_("We have removed your address."), "good")
    return redirect(url_for("people.details"), 303)


@pages.get("/<community>/account/password")
@needs(Permission.SELF)
def new_password() -> str:
    """Choose a password; nobody has to."""
    return render_template("people/new_password.html", form=NewPasswordForm(), who=access.signed_in_person())


@pages.post("/<community>/account/password")
@limiter.limit(limits.SIGNING_IN)
@needs(Permission.SELF)
def set_password() -> Answer:
    """Keep the password; every other browser is signed out, this one goes on."""
    who, form = access.signed_in_person(), NewPasswordForm()
    with attempt(form) as tried:
        sign_in.set_password(db(), who, form.password.data or "", actor=access.actor(), now=now())
    if not tried.done:
        return render_template("people/new_password.html", form=form, who=who), 422
    answer = enter(who, url_for("people.account"))
    flash(_("Your password is kept. On other devices you sign in again."), "good")
    return answer


@pages.get("/<community>/account/seen")
@needs(Permission.SELF)
def seen() -> str:
    """Who saw how to reach me, and when."""
    looks = my_page.looks(db(), access.signed_in_person().id or 0)
    return render_template("people/seen.html", looks=looks, moment_in_words=moment_in_words)


@pages.post("/<community>/account/sign-out-everywhere")
@needs(Permission.SELF)
def sign_out_everywhere() -> Response:
    """End every session of this person, this one too."""
    with attempt() as tried:
        sign_in.end_sessions(db(), access.signed_in_person(), actor=access.actor(), now=now())
    if not tried.done:
        return redirect(url_for("people.account"), 303)
    forget_browser()
    flash(_("You are signed out on all your devices."), "good")
    return redirect(url_for("people.sign_in"), 303)


@pages.get("/<community>/account/erase")
@needs(Permission.SELF)
def erase() -> str:
    """What goes and what stays, before somebody is forgotten."""
    return render_template("people/erase.html", volunteer=access.own_volunteer())


@pages.post("/<community>/account/erase")
@needs(Permission.SELF)
def erase_me() -> Response:
    """Forget this person."""
    with attempt() as tried:
        people.erase(db(), access.signed_in_person(), actor=access.actor(), now=now())
    if not tried.done:
        return redirect(url_for("people.erase"), 303)
    forget_browser()
    flash(_("We have erased you. Thank you that you were here."), "good")
    return redirect(url_for("home.community"), 303)
