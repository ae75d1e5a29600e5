"""The administrator's pages: area, texts, rules, meeting places and colleagues, without a programmer."""

from flask import Blueprint

pages = Blueprint("administer", __name__)

from web.administer import fairness, look, places, settings, staff, texts, weights  # noqa: E402, F401  (the routes register themselves)
