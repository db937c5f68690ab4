"""Keys that can be changed: what is remembered of each, and under which root a case stands."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.add_column("key_check", sa.Column("kind", sa.String(), nullable=False, server_default="tag"))
    op.add_column("guidance_case", sa.Column("tag_root", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take it back. The keys that seal are not checked by older versions."""
    op.drop_column("guidance_case", "tag_root")
    op.execute("DELETE FROM key_check WHERE kind <> 'tag'")
    op.drop_column("key_check", "kind")
