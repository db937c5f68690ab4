"""Articles on their way to the reader, and every text that ever was published."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    with op.batch_alter_table("article") as article:
        article.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
    op.create_table(
        "article_draft",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "language", name=op.f("pk_article_draft")),
    )
    op.create_table(
        "article_version",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "language", "number", name=op.f("pk_article_version")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("article_version")
    op.drop_table("article_draft")
    with op.batch_alter_table("article") as article:
        article.drop_column("expires_on")
