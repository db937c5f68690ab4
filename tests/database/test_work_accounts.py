"""Whose work account it is, and what the roles that Entra ID gives them change."""

import pytest

from guidance import roles
from storage.organisation import Staff

ACCOUNT = "0f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a69"


@pytest.fixture
async def enters(database):
    """Bo comes with his account and these roles. The roles that he has then, or None if he is not let in."""
    async with database.transaction() as db:
        await roles.set_account(db, "bo", ACCOUNT.upper())

    async def enter(*granted, account=ACCOUNT):
        async with database.transaction() as db:
            person = await roles.with_account(db, account, frozenset(granted))
        return person and person.roles

    return enter


async def stored_roles(database):
    async with database.reading() as db:
        return (await db.get_one(Staff, "bo")).roles


async def changes(database, **values):
    async with database.transaction() as db:
        for name, value in values.items():
            setattr(await db.get_one(Staff, "bo"), name, value)


async def test_the_roles_of_the_account_replace_those_at_the_desk(enters, database):
    for granted in (["editor"], ["advisor", "coordinator"], ["advisor"]):
        assert await enters(*granted) == granted
        assert await stored_roles(database) == granted


async def test_what_somebody_is_beside_the_desk_stays_and_cannot_be_granted(enters, database):
    await changes(database, roles=["advisor", "manager"])
    assert await enters("editor") == ["manager", "editor"]
    await changes(database, roles=["advisor"])
    assert await enters("editor", "manager", "owner") == ["editor"]


async def test_without_a_role_nobody_is_let_in_and_nothing_is_changed(enters, database):
    for granted in ([], ["manager"], ["Advisor"]):
        assert await enters(*granted) is None
    assert await stored_roles(database) == ["advisor"]


async def test_an_unknown_account_is_nobodys_and_no_account_is_nobodys_either(enters):
    assert await enters("advisor", account=ACCOUNT.replace("0f", "1f")) is None
    assert await enters("advisor", account="") is None


async def test_who_has_left_is_not_let_in(enters, database):
    await changes(database, active=False)
    assert await enters("editor") is None
    assert await stored_roles(database) == ["advisor"]


async def test_who_has_cases():
    for held, has_cases in ((["editor"], False), (["editor", "manager"], False), (["editor", "advisor"], True)):
        assert roles.has_cases(Staff(roles=held)) == has_cases
