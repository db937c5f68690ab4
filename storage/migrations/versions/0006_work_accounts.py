"""The work accounts that the staff sign in with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code of this version needs."""
    op.add_column("staff", sa.Column("account", sa.String(), nullable=True))
    op.create_index("uq_staff_account", "staff", ["account"], unique=True)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("uq_staff_account", table_name="staff")
    op.drop_column("staff", "account")
