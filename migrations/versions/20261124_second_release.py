"""second release

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseflow.dialect import MEDIATION_APPEND_ONLY_DDL
from caseflow.models.base import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spoiled_item",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column(
            "item_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("next_try_at", Instant(), nullable=False),
        sa.Column("set_aside_at", Instant(), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("job", "item_id", name=op.f("pk_spoiled_item")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("pack_digest", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("list", "code", name=op.f("uq_topic_list_code")),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("pack_digest", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_room_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("code", name=op.f("uq_room_code")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_view_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "user_id", "page", "name", name=op.f("uq_saved_view_user_id_page_name")
        ),
    )
    op.create_table(
        "appeal",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("file_number", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=True),
        sa.Column("statements", sa.Integer(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=True),
        sa.Column("statements_text", sa.Text(), nullable=True),
        sa.Column("ruled_on", sa.Date(), nullable=True),
        sa.Column("sense", sa.String(length=40), nullable=True),
        sa.Column("ruling_text", sa.Text(), nullable=True),
        sa.Column("order_text", sa.Text(), nullable=True),
        sa.Column("comply", sa.Integer(), nullable=True),
        sa.Column("reopened", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("complied_on", sa.Date(), nullable=True),
        sa.Column("compliance_text", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_appeal_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_appeal")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appeal_open",
            ["case_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('admitted','stated','ruled')"),
            postgresql_where=sa.text("state IN ('admitted','stated','ruled')"),
        )

    op.create_table(
        "mediation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("colonia", sa.Text(), nullable=False),
        sa.Column("territory_code", sa.String(length=40), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "parent_case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("screened_on", sa.Date(), nullable=True),
        sa.Column("mediable", sa.Boolean(), nullable=True),
        sa.Column("not_mediable", sa.String(length=40), nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("first_session_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_mediation_area_id_area")),
        sa.ForeignKeyConstraint(
            ["parent_case_id"], ["case.id"], name=op.f("fk_mediation_parent_case_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"],
            ["user_account.id"],
            name=op.f("fk_mediation_registered_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mediation")),
        sa.UniqueConstraint("ref", name=op.f("uq_mediation_ref")),
    )
    with op.batch_alter_table("mediation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mediation_area_received", ["area_id", "received_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_mediation_open",
            ["area_id", "id"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index(
            batch_op.f("ix_mediation_parent_case_id"), ["parent_case_id"], unique=False
        )
        batch_op.create_index(
            "ix_mediation_registered_by", ["registered_by_id", "id"], unique=False
        )

    op.create_table(
        "mediation_commitment",
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_mediation_commitment_mediation_id_mediation"),
        ),
        sa.PrimaryKeyConstraint("mediation_id", "number", name=op.f("pk_mediation_commitment")),
    )
    with op.batch_alter_table("mediation_commitment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commitment_pending",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("result = 'pending'"),
            postgresql_where=sa.text("result = 'pending'"),
        )

    op.create_table(
        "mediation_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_mediation_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_mediation_event_mediation_id_mediation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mediation_event")),
    )
    with op.batch_alter_table("mediation_event", schema=None) as batch_op:
        batch_op.create_index("ix_mediation_event_file", ["mediation_id", "id"], unique=False)

    op.create_table(
        "mediation_invitation",
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_mediation_invitation_mediation_id_mediation"),
        ),
        sa.PrimaryKeyConstraint("mediation_id", "number", name=op.f("pk_mediation_invitation")),
    )
    op.create_table(
        "mediation_party",
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("spokesperson", sa.Text(), nullable=False),
        sa.Column("counsel", sa.Text(), nullable=False),
        sa.Column("companion", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("age_group", sa.String(length=40), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_mediation_party_mediation_id_mediation"),
        ),
        sa.PrimaryKeyConstraint("mediation_id", "number", name=op.f("pk_mediation_party")),
    )
    op.create_table(
        "mediation_reading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_mediation_reading_mediation_id_mediation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mediation_reading_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mediation_reading")),
    )
    with op.batch_alter_table("mediation_reading", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mediation_reading_mediation_id"), ["mediation_id"], unique=False
        )

    op.create_table(
        "mediation_session",
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("mediator_id", sa.Integer(), nullable=False),
        sa.Column("attended", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_mediation_session_mediation_id_mediation"),
        ),
        sa.ForeignKeyConstraint(
            ["mediator_id"],
            ["user_account.id"],
            name=op.f("fk_mediation_session_mediator_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_mediation_session_room_id_room")
        ),
        sa.PrimaryKeyConstraint("mediation_id", "number", name=op.f("pk_mediation_session")),
    )
    op.create_table(
        "named_mediator",
        sa.Column(
            "mediation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mediation_id"],
            ["mediation.id"],
            name=op.f("fk_named_mediator_mediation_id_mediation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_named_mediator_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("mediation_id", "number", name=op.f("pk_named_mediator")),
    )
    with op.batch_alter_table("named_mediator", schema=None) as batch_op:
        batch_op.create_index(
            "ix_named_mediator_now",
            ["user_id", "mediation_id"],
            unique=False,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appeal_number", sa.Integer(), nullable=True))

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("paused_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("retried_to", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("retried_by_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_batch_retried_to",
            ["id"],
            unique=False,
            sqlite_where=sa.text("retried_to IS NOT NULL"),
            postgresql_where=sa.text("retried_to IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_batch_paused_by_id_user_account"),
            "user_account",
            ["paused_by_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_batch_retried_by_id_user_account"),
            "user_account",
            ["retried_by_id"],
            ["id"],
        )

    with op.batch_alter_table("batch_row", schema=None) as batch_op:
        batch_op.create_index(
            "ix_batch_row_quarantine",
            ["batch_id", "number"],
            unique=False,
            sqlite_where=sa.text("verdict = 'quarantined' AND discard_reason IS NULL"),
            postgresql_where=sa.text("verdict = 'quarantined' AND discard_reason IS NULL"),
        )

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("arco_right", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("identity", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("identity_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("power", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("effective_on", sa.Date(), nullable=True))
        batch_op.drop_index(
            batch_op.f("ix_case_desk_waiting"),
            sqlite_where=sa.text("state IN ('received','review','clarification','payment')"),
            postgresql_where=sa.text("state IN ('received','review','clarification','payment')"),
        )
        batch_op.create_index(
            "ix_case_desk_waiting",
            ["desk_id", "due_on", "id", "state", "desk_mark", "kind"],
            unique=False,
            sqlite_where=sa.text("state IN ('received','review','clarification','payment')"),
            postgresql_where=sa.text("state IN ('received','review','clarification','payment')"),
        )
        batch_op.create_index(
            "ix_case_answered",
            ["answered_on", "kind"],
            unique=False,
            sqlite_where=sa.text("answered_on IS NOT NULL"),
            postgresql_where=sa.text("answered_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_case_captured_live",
            ["captured_by_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "captured_by_id IS NOT NULL AND state IN ('received','routed','review','clarification','payment')"
            ),
            postgresql_where=sa.text(
                "captured_by_id IS NOT NULL AND state IN ('received','routed','review','clarification','payment')"
            ),
        )
        batch_op.create_index(
            "ix_case_ended_unanswered",
            ["closed_on", "kind"],
            unique=False,
            sqlite_where=sa.text("closed_on IS NOT NULL AND answered_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NOT NULL AND answered_on IS NULL"),
        )
        batch_op.create_index("ix_case_received", ["received_on", "kind"], unique=False)
        batch_op.create_index(
            "ix_case_requests_turned",
            ["due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('routed','clarification','payment') AND kind IN ('information','personal_data')"
            ),
            postgresql_where=sa.text(
                "state IN ('routed','clarification','payment') AND kind IN ('information','personal_data')"
            ),
        )

    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("on_paper", sa.Boolean(), nullable=True))
        batch_op.create_index(
            "ix_deadline_to_record_again",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text(
                "state = 'running' AND governing AND overdue_rectified IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "state = 'running' AND governing AND overdue_rectified IS NOT NULL"
            ),
        )

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counts", sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column("by_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("written_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("read_at", Instant(), nullable=True))
        batch_op.create_index("ix_mail_person", ["user_id", "id"], unique=False)
        batch_op.create_index(
            "ix_mail_unread",
            ["user_id", "id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL AND user_id IS NOT NULL"),
            postgresql_where=sa.text("read_at IS NULL AND user_id IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_mail_user_id_user_account"), "user_account", ["user_id"], ["id"]
        )

    with op.batch_alter_table("petitioner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("representative", sa.Text(), nullable=True))

    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paper_effect", sa.String(length=40), nullable=True))

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_turn_assignee"),
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )
        batch_op.create_index(
            "ix_turn_assignee",
            ["assignee_id", "waiting", "due_on", "case_id", "number", "state"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )
        batch_op.drop_index(
            batch_op.f("ix_turn_urgent"),
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )
        batch_op.create_index(
            "ix_turn_urgent",
            ["waiting", "due_on", "case_id", "number", "assignee_id", "state"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=40), nullable=True))

    for statement in MEDIATION_APPEND_ONLY_DDL[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    # jobs that nobody signed (a change from the command line) have no place in the older table
    op.execute("DELETE FROM job_item WHERE job_id IN (SELECT id FROM job WHERE by_id IS NULL)")
    op.execute("DELETE FROM job WHERE by_id IS NULL")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_column("language")

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_turn_urgent",
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )
        batch_op.create_index(
            batch_op.f("ix_turn_urgent"),
            ["waiting", "due_on", "case_id", "number"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )
        batch_op.drop_index(
            "ix_turn_assignee",
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )
        batch_op.create_index(
            batch_op.f("ix_turn_assignee"),
            ["assignee_id", "due_on"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending','accepted')"),
            postgresql_where=sa.text("state IN ('pending','accepted')"),
        )

    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.drop_column("paper_effect")

    with op.batch_alter_table("petitioner", schema=None) as batch_op:
        batch_op.drop_column("representative")

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_mail_user_id_user_account"), type_="foreignkey")
        batch_op.drop_index(
            "ix_mail_unread",
            sqlite_where=sa.text("read_at IS NULL AND user_id IS NOT NULL"),
            postgresql_where=sa.text("read_at IS NULL AND user_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_mail_person")
        batch_op.drop_column("read_at")
        batch_op.drop_column("written_at")
        batch_op.drop_column("user_id")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.alter_column("by_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("counts")

    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadline_to_record_again",
            sqlite_where=sa.text(
                "state = 'running' AND governing AND overdue_rectified IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "state = 'running' AND governing AND overdue_rectified IS NOT NULL"
            ),
        )
        batch_op.drop_column("on_paper")
        batch_op.drop_column("days")

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_requests_turned",
            sqlite_where=sa.text(
                "state IN ('routed','clarification','payment') AND kind IN ('information','personal_data')"
            ),
            postgresql_where=sa.text(
                "state IN ('routed','clarification','payment') AND kind IN ('information','personal_data')"
            ),
        )
        batch_op.drop_index("ix_case_received")
        batch_op.drop_index(
            "ix_case_ended_unanswered",
            sqlite_where=sa.text("closed_on IS NOT NULL AND answered_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NOT NULL AND answered_on IS NULL"),
        )
        batch_op.drop_index(
            "ix_case_captured_live",
            sqlite_where=sa.text(
                "captured_by_id IS NOT NULL AND state IN ('received','routed','review','clarification','payment')"
            ),
            postgresql_where=sa.text(
                "captured_by_id IS NOT NULL AND state IN ('received','routed','review','clarification','payment')"
            ),
        )
        batch_op.drop_index(
            "ix_case_answered",
            sqlite_where=sa.text("answered_on IS NOT NULL"),
            postgresql_where=sa.text("answered_on IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_case_desk_waiting",
            sqlite_where=sa.text("state IN ('received','review','clarification','payment')"),
            postgresql_where=sa.text("state IN ('received','review','clarification','payment')"),
        )
        batch_op.create_index(
            batch_op.f("ix_case_desk_waiting"),
            ["desk_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('received','review','clarification','payment')"),
            postgresql_where=sa.text("state IN ('received','review','clarification','payment')"),
        )
        batch_op.drop_column("effective_on")
        batch_op.drop_column("power")
        batch_op.drop_column("identity_on")
        batch_op.drop_column("identity")
        batch_op.drop_column("arco_right")

    with op.batch_alter_table("batch_row", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_batch_row_quarantine",
            sqlite_where=sa.text("verdict = 'quarantined' AND discard_reason IS NULL"),
            postgresql_where=sa.text("verdict = 'quarantined' AND discard_reason IS NULL"),
        )

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_batch_retried_by_id_user_account"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_batch_paused_by_id_user_account"), type_="foreignkey"
        )
        batch_op.drop_index(
            "ix_batch_retried_to",
            sqlite_where=sa.text("retried_to IS NOT NULL"),
            postgresql_where=sa.text("retried_to IS NOT NULL"),
        )
        batch_op.drop_column("retried_by_id")
        batch_op.drop_column("retried_to")
        batch_op.drop_column("paused_by_id")
        batch_op.drop_column("paused_at")

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_column("appeal_number")

    with op.batch_alter_table("named_mediator", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_named_mediator_now",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.drop_table("named_mediator")
    op.drop_table("mediation_session")
    with op.batch_alter_table("mediation_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mediation_reading_mediation_id"))

    op.drop_table("mediation_reading")
    op.drop_table("mediation_party")
    op.drop_table("mediation_invitation")
    with op.batch_alter_table("mediation_event", schema=None) as batch_op:
        batch_op.drop_index("ix_mediation_event_file")

    op.drop_table("mediation_event")
    with op.batch_alter_table("mediation_commitment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_commitment_pending",
            sqlite_where=sa.text("result = 'pending'"),
            postgresql_where=sa.text("result = 'pending'"),
        )

    op.drop_table("mediation_commitment")
    with op.batch_alter_table("mediation", schema=None) as batch_op:
        batch_op.drop_index("ix_mediation_registered_by")
        batch_op.drop_index(batch_op.f("ix_mediation_parent_case_id"))
        batch_op.drop_index(
            "ix_mediation_open",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index("ix_mediation_area_received")

    op.drop_table("mediation")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_appeal_open",
            sqlite_where=sa.text("state IN ('admitted','stated','ruled')"),
            postgresql_where=sa.text("state IN ('admitted','stated','ruled')"),
        )

    op.drop_table("appeal")
    op.drop_table("saved_view")
    op.drop_table("room")
    op.drop_table("topic")
    op.drop_table("spoiled_item")
