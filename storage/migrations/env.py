"""Runs the migrations."""

import asyncio

from alembic import context
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url
from sqlalchemy.ext.asyncio import create_async_engine

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
import storage.slack
import storage.swaps  # noqa: F401  # each import adds its tables to the metadata
from storage.base import Base, UtcDateTime


def plain_types(kind: str, value: object, autogen: object) -> str | bool:
    """Write our time type as what it is in the database, so that old migrations do not depend on new code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


def run(connection: Connection) -> None:
    """Apply the migrations."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types
    )
    with context.begin_transaction():
        context.run_migrations()


def on_sqlite(url: URL) -> None:
    """Over a plain connection."""
    engine = create_engine(url.set(drivername="sqlite"))
    with engine.connect() as connection:
        # Tables are rebuilt when a column changes on SQLite, so foreign keys rest meanwhile.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
        run(connection)
    engine.dispose()


async def on_server(url: URL) -> None:
    """Over the driver that the service has anyway."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


url = make_url(context.config.attributes["url"])
if url.get_backend_name() == "sqlite":
    on_sqlite(url)
else:
    asyncio.run(on_server(url))
