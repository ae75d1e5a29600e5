"""How did it go? Three large answers, and a page that says what happens with them."""

from flask import redirect, render_template, request, url_for

from models.permissions import Permission
from web.access import needs, signed_in_person
from web.matches import pages
from web.matches.own import find_check_in
from web.pair import views
from web.pair.steps import Page


@pages.get("/<community>/check-ins/<int:check_in_id>")
@pages.post("/<community>/check-ins/<int:check_in_id>")
@needs(Permission.MATCH_TAKE_PART)
def answer(check_in_id: int) -> Page:
    """Ask how it went; once answered, say what happens now, and let a worry be told after all."""
    own, check_in = find_check_in(check_in_id)
    if own.blocked:  # neither reads the other's name any more
        return redirect(own.pair.page, 303)
    if request.method == "GET" and check_in.answer is not None and request.args.get("again") != "1":
        return render_template(
            "matches/thanks.html", own=own, said=check_in.answer, check_in_id=check_in_id, who=signed_in_person()
        )
    return views.answer(own.pair, check_in_id, thanks=url_for("matches.answer", check_in_id=check_in_id))
