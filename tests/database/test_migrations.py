"""The migrations make exactly the tables of the code, and can be taken back."""

import contextlib
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from storage.base import Base
from storage.database import Database, SchemaOutdated, migrate, newest_revision


def url(path):
    return f"sqlite+aiosqlite:///{path}"


def tables(path):
    with sqlite3.connect(path) as db:
        found = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.close()
    return found


def test_from_empty_to_what_the_code_needs(tmp_path):
    path = tmp_path / "new" / "folder" / "a.db"
    migrate(url(path))
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
    engine.dispose()
    assert tables(path) == set(Base.metadata.tables) | {"alembic_version"}


def test_the_indexes_and_rules_of_the_code_are_there(tmp_path):
    """What compare_metadata does not look at: partial indexes and what happens to the rows of a deleted case."""
    migrate(url(tmp_path / "a.db"))
    with sqlite3.connect(tmp_path / "a.db") as db:
        made = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    db.close()
    assert made["uq_appointment_active_slot"].endswith("WHERE status = 'active'")
    assert "UNIQUE" in made["uq_appointment_active_slot"]
    for table in ("message", "appointment", "placement", "identity_envelope"):
        assert "REFERENCES guidance_case (id) ON DELETE CASCADE" in made[table]


def test_no_table_of_what_employees_do_has_a_serial_number(tmp_path):
    """A hidden one would order the cases by when they were opened, and so tie them to whoever was there then."""
    migrate(url(tmp_path / "a.db"))
    with sqlite3.connect(tmp_path / "a.db") as db:
        made = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    db.close()
    without = {name for name, sql in made.items() if sql.rstrip().endswith("WITHOUT ROWID")}
    assert without >= {"guidance_case", "identity_envelope", "message", "appointment", "placement"}
    assert without >= {"conversation", "heard", "outbox", "used_alias"}
    in_code = {name for name, table in Base.metadata.tables.items() if table.kwargs.get("sqlite_with_rowid") is False}
    assert without == in_code


def test_down_to_nothing_and_up_again(tmp_path):
    path = tmp_path / "a.db"
    migrate(url(path))
    before = tables(path)
    migrate(url(path), "base")
    assert tables(path) == {"alembic_version"}
    migrate(url(path))
    assert tables(path) == before


def test_the_staff_survive_the_way_down_and_up_and_two_cannot_have_one_account(tmp_path):
    path = tmp_path / "a.db"
    migrate(url(path), "0005")
    person = "INSERT INTO staff (id, name, region_id, roles, leads, conflicts, languages, topics, active, demo) "
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO region VALUES ('h', 'Region Hovedstaden', 1, 1, 0)")
        for who in ("bo", "carla"):
            db.execute(person + "VALUES (?, ?, 'h', '[]', '[]', '[]', '[]', '[]', 1, 0)", (who, who))
    migrate(url(path))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        assert db.execute("SELECT id, account FROM staff").fetchall() == [("bo", None), ("carla", None)]
        db.execute("UPDATE staff SET account = 'a' WHERE id = 'bo'")
        with pytest.raises(sqlite3.IntegrityError, match=r"staff\.account"):
            db.execute("UPDATE staff SET account = 'a' WHERE id = 'carla'")
    migrate(url(path), "0005")
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT id FROM staff").fetchall() == [("bo",), ("carla",)]


def test_up_again_changes_nothing_and_keeps_what_is_there(tmp_path):
    path = tmp_path / "a.db"
    migrate(url(path))
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO region VALUES ('h', 'Region Hovedstaden', 1, 1, 0)")
    db.close()
    migrate(url(path))
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM region").fetchall() == [("Region Hovedstaden",)]
    db.close()


async def test_another_version_is_refused(database):
    await database.check()
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
    with pytest.raises(SchemaOutdated, match=f"old.*{newest_revision()}"):
        await database.check()


async def test_a_database_without_tables_is_refused(tmp_path, keyring):
    empty = Database(url(tmp_path / "empty.db"), keyring)
    with pytest.raises(SchemaOutdated, match="migrate"):
        await empty.check()
    await empty.close()
