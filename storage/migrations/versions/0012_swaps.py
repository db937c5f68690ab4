"""Sets of requests that change places."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.create_table(
        "swap_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_swap_set"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "swap_member",
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", "case_id", name="pk_swap_member"),
        sa.ForeignKeyConstraint(["set_id"], ["swap_set.id"], name="fk_swap_member_set_id_swap_set", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["guidance_case.id"], name="fk_swap_member_case_id_guidance_case", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("swap_member")
    op.drop_table("swap_set")
