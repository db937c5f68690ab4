"""Counts of what people ask: never a question, never who asked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.create_table(
        "asked_words",
        sa.Column("tag", sa.LargeBinary(32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("askers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_asked_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asked_count",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "topic", "outcome", name=op.f("pk_asked_count")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("asked_count")
    op.drop_table("asked_words")
