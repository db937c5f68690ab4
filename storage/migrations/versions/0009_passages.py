"""One-time links by which a case goes over to the web chat, and what an employee adds to an appointment."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.create_table(
        "passage",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_passage"),
        sa.UniqueConstraint("tag", name="uq_passage_tag"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["guidance_case.id"], name="fk_passage_case_id_guidance_case", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.add_column("appointment", sa.Column("remark", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("appointment", "remark")
    op.drop_table("passage")
