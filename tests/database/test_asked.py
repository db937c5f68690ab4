"""HR sees what many people miss, and never a question, a rare word or a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from knowledge import asked
from knowledge.asked import ENOUGH, MOST_WORDS, gist
from storage.asked import AskedWords


@pytest.fixture
def ask(database, clock):
    """Count a question as its conversation would: each conversation remembers what it did this week."""
    done = set()

    async def run(who, question, outcome="nothing", topic=""):
        async def is_first(what):
            first = (who, what) not in done
            done.add((who, what))
            return first

        async with database.transaction() as db:
            await asked.count(db, question, outcome, topic, clock(), is_first)

    return run


@pytest.fixture
def missing(database, clock):
    async def run():
        async with database.reading() as db:
            return await asked.missing(db, clock())

    return run


def test_a_gist_has_the_words_that_carry_the_subject():
    assert list(gist("Hvad får jeg i løn under min barselsorlov, 12 uger?").values()) == ["løn", "barselsorlov", "uger"]
    assert gist("hej 👍 123 010190-1234") == {} and gist("") == {}
    assert len(gist("sygeplejerske portør jordemoder læge radiograf bioanalytiker sekretær")) == MOST_WORDS


@given(st.text(max_size=300))
def test_any_question_has_a_gist(question):
    assert all(word.isalpha() for word in gist(question).values())


async def test_what_many_miss_is_shown_with_what_they_ask_it_with(ask, missing):
    for number in range(ENOUGH):
        await ask(number, f"hvad med {'løn' if number % 2 else 'lønnen'} under barsel")
    await ask(99, "parkering for Kanariesen")
    (found,) = await missing()
    assert {found.word, *found.beside} == {"lønnen", "barsel"} and found.askers == ENOUGH


async def test_what_few_miss_is_not_shown(ask, missing):
    for number in range(ENOUGH - 1):
        await ask(number, "parkering for Kanariesen")
    assert await missing() == []


async def test_one_person_who_asks_often_is_one(ask, missing):
    for _ in range(3 * ENOUGH):
        await ask("amina", "hvor kan jeg parkere ved parkeringshuset")
    assert await missing() == []


async def test_answered_questions_leave_no_words(ask, missing, database):
    for number in range(ENOUGH):
        await ask(number, "hvad er snusepraktik", "answered", "ophold")
    assert await missing() == []
    async with database.reading() as db:
        assert list(await db.scalars(select(AskedWords))) == []


async def test_weeks_hide_small_numbers(ask, database, clock):
    for number in range(ENOUGH):
        await ask(number, "hvad er snusepraktik", "answered", "ophold")
    await ask(1, "hvad med hedeture", "answered", "senior")
    async with database.reading() as db:
        weeks = {(week.topic, week.outcome): week.questions for week in await asked.weeks(db, clock())}
    assert weeks == {("ophold", "answered"): ENOUGH, ("senior", "answered"): None}


async def test_words_are_forgotten(ask, missing, database, clock):
    for number in range(ENOUGH):
        await ask(number, "parkering")
    clock.passes(days=300)
    assert await missing() == []
    async with database.transaction() as db:
        await asked.forget_old(db, clock())
        assert list(await db.scalars(select(AskedWords))) == []
