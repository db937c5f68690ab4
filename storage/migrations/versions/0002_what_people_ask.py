"""Words and questions of employees beside the articles, and a place for what is computed from passages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    with op.batch_alter_table("article") as article:
        article.add_column(sa.Column("questions", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("article") as article:
        article.alter_column("questions", server_default=None)
    op.create_table(
        "synonym",
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("means", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("language", "term", name=op.f("pk_synonym")),
    )
    op.create_table(
        "passage_vector",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_passage_vector")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("passage_vector")
    op.drop_table("synonym")
    with op.batch_alter_table("article") as article:
        article.drop_column("questions")
