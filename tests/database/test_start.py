"""The commands of the README, as an operator types them, each in a process of its own."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Operator:
    """Somebody at a command line in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "SPORSKIFTE_DEVELOPMENT": "1",
            "SPORSKIFTE_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/var/test.db",
            "SPORSKIFTE_KEYS": str(folder / "var/keys"),
        }

    def runs(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def accounts(self) -> dict[str, str]:
        """Who of the staff signs in with which work account, as the database has it."""
        with contextlib.closing(sqlite3.connect(self.folder / "var/test.db")) as db:
            return dict(db.execute("SELECT id, account FROM staff WHERE account IS NOT NULL"))


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_from_nothing_to_a_seeded_installation_and_a_way_in(operator: Operator) -> None:
    assert operator.runs("migrate").returncode == 0
    first, second = operator.runs("seed", "--demo"), operator.runs("seed", "--demo")
    assert "75 articles" in first.stdout and second.stdout == ""
    assert operator.runs("check").returncode == 0
    link = operator.runs("sign-in-link", "bo")
    assert "/advisor/sign-in?link=" in link.stdout
    nobody = operator.runs("sign-in-link", "amina")
    assert nobody.returncode != 0 and "There are: bo, carla" in nobody.stderr
    assert operator.runs("retry").stdout == "0 notices will be tried again by the running service.\n"
    keys = operator.folder / "var/keys"
    assert {oct(file.stat().st_mode & 0o777) for file in keys.iterdir()} == {"0o600"}


def test_a_work_account_is_given_to_one_person_and_taken_away(operator: Operator) -> None:
    operator.runs("migrate")
    operator.runs("seed", "--demo")
    account = "0F9A2C4E-7b61-4d3a-a5c8-1e2d3c4b5a69"
    assert operator.runs("staff-account", "bo", account).returncode == 0
    assert operator.accounts() == {"bo": account.lower()}
    assert operator.runs("staff-account", "bo", account).returncode == 0  # once more changes nothing
    for command, refusal in (
        (("carla", account), "bo signs in with this account"),
        (("amina", account), "There are: bo, carla"),
        (("carla", "carla@example.dk"), "is no object id"),
        (("carla", account.replace("-", "")), "is no object id"),
        (("carla",), "required"),
        (("carla", account, "--remove"), "not allowed"),
    ):
        refused = operator.runs("staff-account", *command)
        assert refused.returncode != 0 and refusal in refused.stderr and "Traceback" not in refused.stderr
    assert operator.accounts() == {"bo": account.lower()}
    assert operator.runs("staff-account", "bo", "--remove").returncode == 0
    assert operator.accounts() == {}
    assert operator.runs("staff-account", "carla", account).returncode == 0


def test_without_credentials_it_says_what_to_set(operator: Operator) -> None:
    del operator.environment["SPORSKIFTE_DEVELOPMENT"]
    refused = operator.runs("serve")
    assert refused.returncode == 2 and "SPORSKIFTE_TEAMS_APP_ID" in refused.stderr and "Traceback" not in refused.stderr


def test_an_empty_database_is_not_served(operator: Operator) -> None:
    operator.runs("migrate")
    with sqlite3.connect(operator.folder / "var/test.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '0000'")
    db.close()
    refused = operator.runs("serve")
    assert refused.returncode == 2 and "python -m bot migrate" in refused.stderr


def test_keys_are_changed_listed_and_dropped_only_when_it_is_time(operator: Operator) -> None:
    operator.runs("migrate")
    assert "1  active" in operator.runs("keys").stdout
    assert "Key 2 lies ready" in operator.runs("rotate-keys", "--prepare").stdout
    assert "Key 2 seals from now on" in operator.runs("rotate-keys").stdout
    assert "Root 2 makes tags" in operator.runs("rotate-tags").stdout
    told = operator.runs("keys").stdout
    assert told.count("2  active") == told.count("1  rests since") == 2
    asked = operator.runs("drop-key", "1")
    assert asked.returncode == 0 and "Backups from before" in asked.stdout and "--yes" in asked.stdout
    for command, refusal in (
        (("drop-key", "1", "--yes"), "still in use"),
        (("drop-key", "2", "--yes"), "active"),
        (("drop-key", "7", "--yes"), "There are: 1, 2"),
        (("drop-root", "1", "--yes"), "365 days"),
    ):
        refused = operator.runs(*command)
        assert refused.returncode == 2 and refusal in refused.stderr and "Traceback" not in refused.stderr
    assert operator.runs("check").returncode == 0
    keys = operator.folder / "var/keys"
    assert {oct(file.stat().st_mode & 0o777) for file in keys.iterdir()} == {"0o600"}


def test_lost_keys_are_not_replaced_by_new_ones(operator: Operator) -> None:
    """New keys would silently orphan every case."""
    operator.runs("migrate")
    shutil.rmtree(operator.folder / "var/keys")
    refused = operator.runs("migrate")
    assert refused.returncode == 2 and "Restore keyring.json" in refused.stderr
    assert not (operator.folder / "var/keys").exists()


def test_the_keys_of_another_installation_are_refused(
    operator: Operator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Operator(tmp_path_factory.mktemp("other"))
    for one in (operator, other):
        one.runs("migrate")
    shutil.rmtree(operator.folder / "var/keys")
    shutil.copytree(other.folder / "var/keys", operator.folder / "var/keys")
    refused = operator.runs("check")
    assert refused.returncode == 2 and "do not belong" in refused.stderr
