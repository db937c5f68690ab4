"""Runs the migrations over a plain blocking connection."""

from alembic import context
from sqlalchemy import create_engine, make_url

import storage.appointments
import storage.article_drafts
import storage.articles
import storage.asked
import storage.blocks
import storage.calendar
import storage.career
import storage.cases
import storage.chats
import storage.conversations
import storage.database
import storage.feedback
import storage.kept_questions
import storage.organisation
import storage.outbox
import storage.passages
import storage.placements
import storage.schemes
import storage.slack  # noqa: F401  # each import adds its tables to the metadata
from storage.base import Base, UtcDateTime


def plain_types(kind: str, value: object, autogen: object) -> str | bool:
    """Write our time type as what it is in the database, so that old migrations do not depend on new code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


url = make_url(context.config.attributes["url"]).set(drivername="sqlite")
engine = create_engine(url)
with engine.connect() as connection:
    # Tables are rebuilt when a column changes on SQLite, so foreign keys rest meanwhile.
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.commit()
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
