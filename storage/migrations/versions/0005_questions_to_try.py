"""Questions that HR keeps to see whether the search still answers them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.create_table(
        "kept_question",
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("question", "region_id", name=op.f("pk_kept_question")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("kept_question")
