"""What people are told: one folder a message with its subject, its text and its HTML, and how they are filled in.

`NAMES` are all there are. `models.operations.telling.tell` writes down that one is due; `rendering.render` makes it
when it is sent, from what is true then.
"""

NAMES = (
    "already_volunteer",
    "appointment_cancelled",
    "appointment_choice_lapsed",
    "appointment_choice_reminder",
    "appointment_confirmed",
    "appointment_declined",
    "appointment_moved",
    "appointment_planned",
    "appointment_reminder",
    "appointment_series_ended",
    "check_in",
    "digest",
    "match_agreed",
    "match_completed",
    "match_ended",
    "match_not_chosen",
    "pair_message",
    "proposal_resident",
    "proposal_resident_reminder",
    "proposal_volunteer",
    "proposal_volunteer_reminder",
    "request_closed",
    "request_expired",
    "request_link",
    "request_no_match",
    "request_open",
    "request_question",
    "request_received",
    "request_referred",
    "request_still_wanted",
    "request_withdrawn",
    "sign_in",
    "volunteer_admitted",
    "volunteer_received",
    "volunteer_stopped",
)
"""Every message, in alphabetical order; each is a folder beside this file."""
