"""The first tables, and the lock on the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "20261122a"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database up."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(length=30), nullable=False),
        sa.Column("after", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["subject", "subject_id"], unique=False)

    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("organisation", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("auto_open_kinds", sa.JSON(), nullable=False),
        sa.Column("vog_kinds", sa.JSON(), nullable=False),
        sa.Column("admits_without_vog", sa.Boolean(), nullable=False),
        sa.Column("proposes_itself", sa.Boolean(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=True),
        sa.Column("answer_reminder_days", sa.Integer(), nullable=False),
        sa.Column("answer_lapse_days", sa.Integer(), nullable=False),
        sa.Column("no_match_days", sa.Integer(), nullable=False),
        sa.Column("promised_working_days", sa.Integer(), nullable=False),
        sa.Column("appointment_reminder_days", sa.Integer(), nullable=False),
        sa.Column("check_in_days", sa.Integer(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("tokens", sa.JSON(), nullable=False),
        sa.Column("request_counter", sa.Integer(), nullable=False),
        sa.Column("volunteer_revision", sa.Integer(), nullable=False),
        sa.Column("request_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_slug")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("joined_id", sa.Integer(), nullable=True),
        sa.Column("no_messages_at", sa.DateTime(), nullable=True),
        sa.Column("no_day_before_at", sa.DateTime(), nullable=True),
        sa.Column("no_unanswered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["joined_id"], ["person.id"], name=op.f("fk_person_joined_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_joined_id"), ["joined_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_phone"), ["phone"], unique=False)

    op.create_table(
        "postcode",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_postcode")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "area",
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_area_community_id_community")),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_area")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_community_id"), ["community_id"], unique=False)

    op.create_table(
        "block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("blocked_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["blocked_by"], ["person.id"], name=op.f("fk_block_blocked_by_person")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_block_community_id_community")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_block_other_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_block_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("person_id", "other_id", name=op.f("uq_block_person_id_other_id")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_other_id"), ["other_id"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_call_community_id_community")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_call_done_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("key", name=op.f("uq_call_key")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_open", ["community_id", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_person_id"), ["person_id"], unique=False)

    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("came_from", sa.String(length=20), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("told", sa.String(length=40), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("intake_by", sa.Integer(), nullable=True),
        sa.Column("reach", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("when", sa.JSON(), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("avoids", sa.JSON(), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("people_wanted", sa.Integer(), nullable=False),
        sa.Column("leaves_choice", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("referred_to", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("life_at", sa.DateTime(), nullable=True),
        sa.Column("life_asked", sa.Integer(), nullable=False),
        sa.Column("draft_key", sa.String(length=64), nullable=True),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_help_request_asker_id_person")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_help_request_community_id_community")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["person.id"], name=op.f("fk_help_request_contact_id_person")),
        sa.ForeignKeyConstraint(["intake_by"], ["person.id"], name=op.f("fk_help_request_intake_by_person")),
        sa.ForeignKeyConstraint(["resident_id"], ["person.id"], name=op.f("fk_help_request_resident_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("community_id", "reference", name=op.f("uq_help_request_community_id_reference")),
        sa.UniqueConstraint("draft_key", name=op.f("uq_help_request_draft_key")),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_request_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index("ix_help_request_desk", ["community_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_request_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_request_revision"), ["revision"], unique=False)

    op.create_table(
        "meetingplace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("opening_hours", sa.String(length=300), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_meetingplace_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetingplace")),
    )
    with op.batch_alter_table("meetingplace", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetingplace_community_id"), ["community_id"], unique=False)

    op.create_table(
        "offer_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("draft_key", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_offer_draft_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_draft")),
        sa.UniqueConstraint("draft_key", "community_id", name=op.f("uq_offer_draft_draft_key_community_id")),
    )
    with op.batch_alter_table("offer_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_draft_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_draft_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=80), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_outbox_message_community_id_community")
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["person.id"], name=op.f("fk_outbox_message_recipient_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_outbox_message_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_message_recipient_id"), ["recipient_id"], unique=False)

    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_role_community_id_community")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("person_id", "community_id", "role", name=op.f("uq_role_person_id_community_id_role")),
    )
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_community_id"), ["community_id"], unique=False)

    op.create_table(
        "signincode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signincode_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signincode")),
    )
    with op.batch_alter_table("signincode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signincode_person_id"), ["person_id"], unique=False)

    op.create_table(
        "volunteer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("max_km", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("avoids", sa.JSON(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=True),
        sa.Column("away", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_volunteer_community_id_community")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_volunteer_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("person_id", "community_id", name=op.f("uq_volunteer_person_id_community_id")),
    )
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_volunteer_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteer_revision"), ["revision"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteer_state"), ["state"], unique=False)

    op.create_table(
        "weight_study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_weight_study_community_id_community")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_weight_study_decided_by_person")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_weight_study_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_study")),
    )
    with op.batch_alter_table("weight_study", schema=None) as batch_op:
        batch_op.create_index("ix_weight_study_community", ["community_id", "made_at"], unique=False)

    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_wording_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("community_id", "key", "language", name=op.f("uq_wording_community_id_key_language")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("seen_by", sa.Integer(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["seen_by"], ["person.id"], name=op.f("fk_certificate_seen_by_person")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_certificate_volunteer_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_dismissal_request_id_help_request")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_dismissal_volunteer_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dismissal")),
        sa.UniqueConstraint("volunteer_id", "request_id", name=op.f("uq_dismissal_volunteer_id_request_id")),
    )
    with op.batch_alter_table("dismissal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dismissal_request_id"), ["request_id"], unique=False)

    op.create_table(
        "portrait",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_portrait_volunteer_id_volunteer")),
        sa.PrimaryKeyConstraint("volunteer_id", name=op.f("pk_portrait")),
    )
    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.Column("active_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("meeting_place_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("thanks", sa.String(length=2000), nullable=False),
        sa.Column("costs", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_match_approved_by_person")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_match_community_id_community")),
        sa.ForeignKeyConstraint(
            ["meeting_place_id"], ["meetingplace.id"], name=op.f("fk_match_meeting_place_id_meetingplace")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_match_proposed_by_person")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_match_request_id_help_request")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_match_volunteer_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
    )
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.create_index("ix_match_desk", ["community_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_volunteer_id"), ["volunteer_id"], unique=False)
        batch_op.create_index(
            "uq_match_live_pair",
            ["request_id", "volunteer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'approved', 'accepted_by_volunteer', 'agreed', 'active')"),
            postgresql_where=sa.text("state IN ('proposed', 'approved', 'accepted_by_volunteer', 'agreed', 'active')"),
        )

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("meeting_place_id", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(length=32), nullable=True),
        sa.Column("choice", sa.String(length=32), nullable=True),
        sa.Column("also_on", sa.JSON(), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=True),
        sa.Column("moved_to", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_appointment_community_id_community")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_appointment_match_id_match")),
        sa.ForeignKeyConstraint(
            ["meeting_place_id"], ["meetingplace.id"], name=op.f("fk_appointment_meeting_place_id_meetingplace")
        ),
        sa.ForeignKeyConstraint(["moved_to"], ["appointment.id"], name=op.f("fk_appointment_moved_to_appointment")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_appointment_planned_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_choice"), ["choice"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_match_id"), ["match_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_series"), ["series"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(
            "uq_appointment_choice",
            ["choice"],
            unique=True,
            sqlite_where=sa.text("state IN ('confirmed', 'done', 'missed')"),
            postgresql_where=sa.text("state IN ('confirmed', 'done', 'missed')"),
        )

    op.create_table(
        "pair_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_pair_message_match_id_match")),
        sa.ForeignKeyConstraint(["sender_id"], ["person.id"], name=op.f("fk_pair_message_sender_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_message")),
    )
    with op.batch_alter_table("pair_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pair_message_match_id"), ["match_id"], unique=False)

    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_signal_community_id_community")),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_signal_handled_by_person")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_signal_match_id_match")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signal_person_id_person")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_signal_request_id_help_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("key", name=op.f("uq_signal_key")),
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index("ix_signal_open", ["community_id", "handled_at"], unique=False)

    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_check_in_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_check_in_match_id_match")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_check_in_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_check_in_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("appointment_id", "person_id", name=op.f("uq_check_in_appointment_id_person_id")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_in_match_id"), ["match_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_in_person_id"), ["person_id"], unique=False)
    _lock_audit_log()


def _lock_audit_log() -> None:
    """Let the database itself refuse to change or remove a line."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{change.lower()} BEFORE {change} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'nobody edits the audit log'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'nobody edits the audit log'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    """Bring it back."""
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_in_person_id"))
        batch_op.drop_index(batch_op.f("ix_check_in_match_id"))

    op.drop_table("check_in")
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index("ix_signal_open")

    op.drop_table("signal")
    with op.batch_alter_table("pair_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pair_message_match_id"))

    op.drop_table("pair_message")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appointment_choice",
            sqlite_where=sa.text("state IN ('confirmed', 'done', 'missed')"),
            postgresql_where=sa.text("state IN ('confirmed', 'done', 'missed')"),
        )
        batch_op.drop_index(batch_op.f("ix_appointment_starts_at"))
        batch_op.drop_index(batch_op.f("ix_appointment_series"))
        batch_op.drop_index(batch_op.f("ix_appointment_match_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_choice"))

    op.drop_table("appointment")
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_match_live_pair",
            sqlite_where=sa.text("state IN ('proposed', 'approved', 'accepted_by_volunteer', 'agreed', 'active')"),
            postgresql_where=sa.text("state IN ('proposed', 'approved', 'accepted_by_volunteer', 'agreed', 'active')"),
        )
        batch_op.drop_index(batch_op.f("ix_match_volunteer_id"))
        batch_op.drop_index(batch_op.f("ix_match_request_id"))
        batch_op.drop_index("ix_match_desk")

    op.drop_table("match")
    op.drop_table("portrait")
    with op.batch_alter_table("dismissal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dismissal_request_id"))

    op.drop_table("dismissal")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_volunteer_id"))

    op.drop_table("certificate")
    op.drop_table("wording")
    with op.batch_alter_table("weight_study", schema=None) as batch_op:
        batch_op.drop_index("ix_weight_study_community")

    op.drop_table("weight_study")
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_volunteer_state"))
        batch_op.drop_index(batch_op.f("ix_volunteer_revision"))
        batch_op.drop_index(batch_op.f("ix_volunteer_community_id"))

    op.drop_table("volunteer")
    with op.batch_alter_table("signincode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signincode_person_id"))

    op.drop_table("signincode")
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_community_id"))

    op.drop_table("role")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_recipient_id"))
        batch_op.drop_index("ix_outbox_message_due")
        batch_op.drop_index(batch_op.f("ix_outbox_message_community_id"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("offer_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_draft_updated_at"))
        batch_op.drop_index(batch_op.f("ix_offer_draft_community_id"))

    op.drop_table("offer_draft")
    with op.batch_alter_table("meetingplace", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetingplace_community_id"))

    op.drop_table("meetingplace")
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_request_revision"))
        batch_op.drop_index(batch_op.f("ix_help_request_resident_id"))
        batch_op.drop_index("ix_help_request_desk")
        batch_op.drop_index(batch_op.f("ix_help_request_asker_id"))

    op.drop_table("help_request")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_person_id"))
        batch_op.drop_index("ix_call_open")

    op.drop_table("call")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_other_id"))

    op.drop_table("block")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_community_id"))

    op.drop_table("area")
    op.drop_table("worker")
    op.drop_table("postcode")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_phone"))
        batch_op.drop_index(batch_op.f("ix_person_joined_id"))
        batch_op.drop_index(batch_op.f("ix_person_email"))

    op.drop_table("person")
    op.drop_table("community")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index(batch_op.f("ix_audit_entry_community_id"))

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
