"""Requests for stays become a workflow: terms, decisions, who was told what, versions of the model, and links."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PLACEMENT = (
    ("region_id", sa.String(), sa.text("''")),
    ("scheme", sa.Integer(), "0"),
    ("flags", sa.JSON(), "[]"),
    ("since", sa.Date(), None),
    ("rung", sa.Integer(), "0"),
    ("minutes", sa.Integer(), "0"),
    ("terms", sa.LargeBinary(), None),
    ("person", sa.LargeBinary(), None),
)


def upgrade() -> None:
    """Add what the code of this version needs."""
    for name, kind, default in _PLACEMENT:
        op.add_column("placement", sa.Column(name, kind, nullable=default is None, server_default=default))
    op.add_column("host_offer", sa.Column("capacity", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("host_offer", sa.Column("first", sa.Date(), nullable=True))
    op.add_column("host_offer", sa.Column("last", sa.Date(), nullable=True))
    op.add_column("host_offer", sa.Column("vacancies", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("host_offer", sa.Column("open", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("staff", sa.Column("deputy", sa.String(), nullable=True))
    op.create_table(
        "placement_decision",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("became", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_placement_decision"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["guidance_case.id"], name="fk_placement_decision_case_id_guidance_case", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "disclosure",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_disclosure"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["guidance_case.id"], name="fk_disclosure_case_id_guidance_case", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision_link",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "role", name="pk_decision_link"),
        sa.UniqueConstraint("tag", name="uq_decision_link_tag"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["guidance_case.id"], name="fk_decision_link_case_id_guidance_case", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scheme_version",
        sa.Column("region_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "number", name="pk_scheme_version"),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_scheme_version_region_id_region"),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name="fk_scheme_version_author_id_staff"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("scheme_version")
    op.drop_table("decision_link")
    op.drop_table("disclosure")
    op.drop_table("placement_decision")
    op.drop_column("staff", "deputy")
    for name in ("open", "vacancies", "last", "first", "capacity"):
        op.drop_column("host_offer", name)
    for name, _, _ in reversed(_PLACEMENT):
        op.drop_column("placement", name)
