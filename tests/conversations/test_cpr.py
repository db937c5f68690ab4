"""A CPR number is taken out before anything is stored or passed on, wherever it was written."""

import pytest

from bot.turns import Turns

CPR = "010190-1234"
WAYS = (CPR, "0101901234", "010190 1234", "01.01.90-1234", "０１０１９０-１２３４")


async def everything_stored(database) -> bytes:
    """The raw files: nothing is looked up, so nothing can be overlooked."""
    path = database.url.split("///")[1]
    from pathlib import Path

    return b"".join(file.read_bytes() for file in Path(path).parent.glob("sporskifte.db*"))


async def test_in_a_question(amina):
    for way in WAYS:
        said = await amina.says(f"Jeg hedder Amina, cpr {way}, hvad er snusepraktik?")
        assert "fjernet det" in said and way not in said, way


@pytest.mark.sqlite
async def test_in_a_chat_the_advisor_gets_the_rest(amina, bo, database):
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    said = await amina.says(f"Mit nummer er {CPR}, ring til mig")
    assert "fjernet det" in said and "Besked 1 er sendt" in said
    (case,) = await bo.cases()
    assert await bo.reads(case.id.hex) == ["Mit nummer er [cpr fjernet], ring til mig"]
    assert b"010190" not in await everything_stored(database)


async def test_in_the_advisors_answer(amina, bo):
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, f"Er det {CPR}?")
    assert await bo.reads(case.id.hex) == ["Er det [cpr fjernet]?"]
    news = await amina.reads_news()
    assert "[cpr fjernet]" in news and CPR not in news


async def test_in_the_fields_of_a_card(amina, carla):
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    said = await amina.taps("Fortsæt", what=f"Intensiv {CPR}")
    assert "fjernet det" in said and CPR not in said
    await amina.taps("Fortsæt", starts="", length="1_day")
    assert CPR not in await amina.taps("Fortsæt", why=f"Mit barn {CPR}")
    said = await amina.skips()
    assert "[cpr fjernet]" in said and CPR not in said
    await amina.taps("Send ønsket")
    assert CPR not in await amina.says("mine ønsker")


@pytest.mark.sqlite
async def test_nowhere_in_what_is_kept(amina, bo, database, caplog):
    """The sealed columns cannot be searched, so what they hold is opened here before it is searched."""
    caplog.set_level("DEBUG")
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    for way in WAYS:
        await amina.says(f"Intensiv {way}")
        await amina.says("tilbage")
    async with database.reading() as db:
        from storage import conversations
        from storage.sealing import Keyring

        keyring: Keyring = database.keyring
        state = await conversations.load(db, keyring.tags("conversation", "web", amina.address.subject))
    assert state is not None
    for way in WAYS:
        assert way not in str(state) and way.encode() not in await everything_stored(database)
        assert way not in caplog.text


async def test_in_teams_the_person_is_told_to_delete_their_own_message(amina, turns: Turns):
    said = await amina.from_teams().says(f"mit cpr er {CPR}")
    assert "slet også din egen besked" in said
