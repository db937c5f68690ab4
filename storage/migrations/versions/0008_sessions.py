"""When advisors are at work, how they meet people, and what a case keeps of its conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STAFF = (
    ("session_minutes", sa.Integer(), "45"),
    ("pause_minutes", sa.Integer(), "15"),
    ("most_cases", sa.Integer(), "0"),
    ("ways", sa.JSON(), "'[\"chat\"]'"),
    ("phone", sa.String(), "''"),
    ("place", sa.String(), "''"),
    ("about", sa.String(), "''"),
)


def upgrade() -> None:
    """Add what the code of this version needs."""
    for name, kind, default in _STAFF:
        op.add_column("staff", sa.Column(name, kind, nullable=False, server_default=sa.text(default)))
    op.add_column("guidance_case", sa.Column("conflict", sa.LargeBinary(), nullable=True))
    op.add_column("guidance_case", sa.Column("note", sa.LargeBinary(), nullable=True))
    op.add_column("appointment", sa.Column("way", sa.String(), nullable=False, server_default="chat"))
    op.add_column("appointment", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "working_hours",
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("advisor_id", "weekday", name="pk_working_hours"),
        sa.ForeignKeyConstraint(
            ["advisor_id"], ["staff.id"], name="fk_working_hours_advisor_id_staff", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "other_hours",
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("advisor_id", "day", name="pk_other_hours"),
        sa.ForeignKeyConstraint(
            ["advisor_id"], ["staff.id"], name="fk_other_hours_advisor_id_staff", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leave"),
        sa.ForeignKeyConstraint(["advisor_id"], ["staff.id"], name="fk_leave_advisor_id_staff", ondelete="CASCADE"),
    )
    op.create_index("ix_leave_advisor_id", "leave", ["advisor_id"])
    op.create_table(
        "feedback",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "question", "answer", name="pk_feedback"),
    )
    op.create_table(
        "block",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_block"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("block")
    op.drop_table("feedback")
    op.drop_table("leave")
    op.drop_table("other_hours")
    op.drop_table("working_hours")
    op.drop_column("appointment", "remind_at")
    op.drop_column("appointment", "way")
    op.drop_column("guidance_case", "note")
    op.drop_column("guidance_case", "conflict")
    for name, _, _ in reversed(_STAFF):
        op.drop_column("staff", name)
