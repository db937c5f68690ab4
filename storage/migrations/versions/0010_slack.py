"""The workspaces of Slack, and what they sent that is not heard yet."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.create_table(
        "slack_installation",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("team", name="pk_slack_installation"),
    )
    op.create_table(
        "slack_event",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_slack_event"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("slack_event")
    op.drop_table("slack_installation")
