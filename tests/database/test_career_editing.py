"""Career paths change in the database: checked, in versions, never silently over another's, answered from at once."""

import asyncio
import contextlib
import shutil
import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from serving import serving

from knowledge import career_editing
from knowledge.articles import Library
from knowledge.career_editing import ChangedMeanwhile, InUse, NoSuchItem, NotRight
from knowledge.career_reading import FOLDER, KINDS, Row, read_folder, shipped
from storage.database import Database

STEP = ("step", "laege--speciallaege")
NEW = Row("source", "ny-kilde", {"da": "En ny kilde", "en": "A new source"})


@pytest.fixture
def act(database, clock):
    """One change in a transaction of its own, by Hanne."""

    async def run(function, *args, editor="hanne"):
        async with database.transaction() as db:
            return await function(db, *args, editor=editor, now=clock())

    return run


@pytest.fixture
async def step(database):
    async with database.reading() as db:
        return (await career_editing.find(db, *STEP)).row


def with_duration(row, da, en="Long"):
    return replace(row, data={**row.data, "duration": {"da": da, "en": en, "source": "speciallaege"}})


async def duration(database, library=None):
    """What an employee of a running copy reads."""
    library = library or Library()
    async with database.reading() as db:
        await library.refresh(db)
    [found] = library.career.shortest_path("laege", "speciallaege")
    return found.facts["duration"].text["da"] if "duration" in found.facts else ""


async def test_a_new_installation_has_what_the_files_say(database):
    async with database.reading() as db:
        paths = await career_editing.paths_now(db)
    assert paths.posts == shipped().posts and list(paths.steps) == list(shipped().steps)


async def test_filling_again_brings_nothing_back(database, act, clock):
    await act(career_editing.remove, *STEP, 1)
    async with database.transaction() as db:
        assert await career_editing.load_shipped(db, clock()) == 0
        assert (await career_editing.find(db, *STEP)).removed


async def test_before_anything_was_written_the_shipped_ones_answer(database):
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM career_item")
    assert "KBU varer 12 måneder" in await duration(database)


async def test_a_service_that_starts_without_them_fills_them_in(seeded, keyring, tmp_path, clock):
    bare, folder = tmp_path / "bare.db", tmp_path / "served"
    shutil.copy(seeded, bare)
    with contextlib.closing(sqlite3.connect(bare)) as db, db:
        db.execute("DELETE FROM career_item")
        db.execute("DELETE FROM career_version")
    folder.mkdir()
    async with serving(bare, keyring, folder, clock) as served, served.database.reading() as db:
        assert (await career_editing.find(db, *STEP)).revision == 1


async def test_a_change_is_read_at_once_by_every_copy_even_at_the_same_moment(database, act, step):
    copies = [Library(), Library()]
    assert [await duration(database, one) for one in copies] == [await duration(database)] * 2
    await act(career_editing.save, with_duration(step, "Først"), 1)
    assert [await duration(database, one) for one in copies] == ["Først"] * 2
    await act(career_editing.save, with_duration(step, "Så"), 2)  # the clock stands still
    assert [await duration(database, one) for one in copies] == ["Så"] * 2


async def test_an_employee_gets_the_new_text_in_the_next_answer(amina, act, step):
    assert "Varighed:" in await amina.says("hvordan bliver jeg speciallæge fra læge?")
    await act(career_editing.save, with_duration(step, "Det siger vi nu"), 1)
    assert "Varighed: Det siger vi nu" in await amina.says("hvordan bliver jeg speciallæge fra læge?")
    await act(career_editing.save, replace(step, data={**step.data, "duration": {}}), 2)
    said = await amina.says("hvordan bliver jeg speciallæge fra læge?")
    assert "Varighed:" not in said and "Det ved jeg ikke: varighed" in said


async def test_a_new_post_is_found_in_what_people_type(amina, act):
    name = {"name": "skibslæge", "others": ["bordlæge"], "about": ""}
    post = Row("post", "skibslaege", {"regions": [], "da": name, "en": {**name, "name": "ship's doctor"}})
    assert "Den stilling kender jeg ikke" in await amina.says("hvad kan jeg blive?") + await amina.says("kaptajn")
    await act(career_editing.save, post, 0)
    assert "ingen veje videre fra skibslæge" in await amina.says("hvad kan en bordlæge blive?")


async def test_every_version_is_kept_with_who_and_when(database, act, step, clock):
    clock.passes(days=1)
    await act(career_editing.save, with_duration(step, "Hannes"), 1)
    clock.passes(days=1)
    await act(career_editing.remove, *STEP, 2, editor="isak")
    async with database.reading() as db:
        told = await career_editing.history(db, *STEP)
        assert [(one.number, one.state, one.made_by) for one, _ in told] == [
            (3, "removed", "isak"),
            (2, "kept", "hanne"),
            (1, "kept", ""),
        ]
        assert told[2][1] == step and (told[0][0].made_at - told[2][0].made_at).days == 2


async def test_saving_what_is_there_already_makes_no_version(database, act, step):
    await act(career_editing.save, step, 1)
    async with database.reading() as db:
        assert len(await career_editing.history(db, *STEP)) == 1


async def test_what_was_removed_is_gone_and_comes_back_as_it_was(database, act, step):
    await act(career_editing.remove, *STEP, 1)
    async with database.reading() as db:
        assert (await career_editing.paths_now(db)).shortest_path("laege", "speciallaege") == []
    await act(career_editing.bring_back, *STEP, 1, 2)
    async with database.reading() as db:
        item = await career_editing.find(db, *STEP)
        assert (item.row, item.removed, item.revision) == (step, False, 3)


async def test_two_editors_do_not_overwrite_each_other(database, act, step):
    await act(career_editing.save, with_duration(step, "Hannes"), 1)
    for late in (
        (career_editing.save, with_duration(step, "Isaks"), 1),
        (career_editing.save, with_duration(step, "Isaks"), 0),
        (career_editing.remove, *STEP, 1),
        (career_editing.bring_back, *STEP, 1, 1),
    ):
        with pytest.raises(ChangedMeanwhile):
            await act(*late, editor="isak")
    assert await duration(database) == "Hannes"


async def test_two_at_the_very_same_moment_are_one_winner(seeded, database, keyring, clock, step):
    other = Database(str(database.engine.url), keyring)  # another copy of the service

    async def save(where, words):
        async with where.transaction() as db:
            await career_editing.save(db, with_duration(step, words), 1, editor=words, now=clock())

    came = await asyncio.gather(save(database, "A"), save(other, "B"), return_exceptions=True)
    await other.close()
    assert sorted(type(one).__name__ for one in came) == ["ChangedMeanwhile", "NoneType"]
    assert await duration(database) in ("A", "B")


@pytest.mark.parametrize(
    ("changed", "field", "key"),
    [
        ({"from": []}, "from", "no_start"),
        ({"from": ["astronaut"]}, "from", "no_post"),
        ({"from": ["speciallaege"]}, "from", "nowhere"),
        ({"from": ["sosu-assistent"], "to": "sygeplejerske"}, "from", "twice"),
        ({"to": ""}, "to", "no_post"),
        ({"status": "måske"}, "status", "no_status"),
        ({"regions": ["skåne"]}, "regions", "no_region"),
        ({"review_by": "snart"}, "review_by", "no_day"),
        ({"articles": ["rh-04", "findes-ikke"]}, "articles", "no_article"),
        ({"salary": {"da": "Ja", "en": "", "source": "su"}}, "salary", "one_language"),
        ({"salary": {"da": "Ja", "en": "Yes", "source": ""}}, "salary", "no_source"),
        ({"salary": {"da": "x" * 601, "en": "Yes", "source": "su"}}, "salary", "too_long"),
    ],
)
async def test_what_is_wrong_is_refused_at_its_field_and_changes_nothing(database, act, step, changed, field, key):
    with pytest.raises(NotRight) as refused:
        await act(career_editing.save, replace(step, data={**step.data, **changed}), 1)
    assert (field, key) in [(one.field, one.key) for one in refused.value.mistakes]
    async with database.reading() as db:
        item = await career_editing.find(db, *STEP)
        assert (item.revision, item.row) == (1, step)


async def test_an_article_that_was_retired_since_does_not_keep_a_step_from_being_saved(database, act):
    async with database.reading() as db:
        item = await career_editing.find(db, "step", "sosu-hjaelper--sosu-assistent")
    assert item.row.data["articles"]
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM article")
    await act(career_editing.save, replace(item.row, data={**item.row.data, "review_by": date(2028, 1, 1)}), 1)


@pytest.mark.parametrize(("kind", "item_id"), [("post", "portoer"), ("source", "voksen")])
async def test_what_steps_name_cannot_be_removed(database, act, kind, item_id):
    with pytest.raises(InUse) as refused:
        await act(career_editing.remove, kind, item_id, 1)
    assert refused.value.users and all(one.kind == "step" for one in refused.value.users)
    await act(career_editing.save, NEW, 0)
    await act(career_editing.remove, "source", "ny-kilde", 1)  # nobody names it


async def test_a_step_does_not_come_back_without_its_post(act):
    await act(career_editing.remove, "step", "ny-i-faget--portoer", 1)
    for user in ("ny-i-faget--sosu-hjaelper", "sosu-hjaelper--sosu-assistent", "rengoeringstekniker--serviceassistent"):
        with pytest.raises(InUse):
            await act(career_editing.remove, "post", "portoer", 1)
        await act(career_editing.remove, "step", user, 1)
    await act(career_editing.remove, "post", "portoer", 1)
    with pytest.raises(NotRight) as refused:
        await act(career_editing.bring_back, "step", "ny-i-faget--portoer", 1, 2)
    assert [(one.field, one.key) for one in refused.value.mistakes] == [("to", "no_post")]


async def test_what_is_not_there_is_said(act, database):
    async with database.reading() as db:
        with pytest.raises(NoSuchItem):
            await career_editing.find(db, "step", "nowhere")
    with pytest.raises(NoSuchItem):
        await act(career_editing.bring_back, *STEP, 99, 1)
    with pytest.raises(NoSuchItem):
        await act(career_editing.remove, "post", "nobody", 1)


async def test_a_row_broken_by_hand_leaves_the_others(database, caplog):
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE career_item SET content = '{}' WHERE id = 'laege--speciallaege'")
    async with database.reading() as db:
        paths = await career_editing.paths_now(db)
    assert len(paths.steps) == len(shipped().steps) - 1 and "laege--speciallaege" in caplog.records[-1].code


# -- files --


async def test_out_and_in_again_changes_nothing(database, clock, tmp_path):
    async with database.reading() as db:
        count = await career_editing.export_folder(db, tmp_path / "ud")
    rows, mistakes = read_folder(tmp_path / "ud")
    there, _ = read_folder(FOLDER)
    assert mistakes == [] and count == len(rows)
    for kind in KINDS:
        assert [(one.id, one.data) for one in rows if one.kind == kind] == [
            (one.id, one.data) for one in there if one.kind == kind
        ]
    for folder in (tmp_path / "ud", FOLDER):
        async with database.transaction() as db:
            assert await career_editing.import_folder(db, folder, clock()) == career_editing.Report(0, count, [])


async def test_what_comes_in_is_a_version_and_what_is_not_named_stays(database, clock, act, tmp_path):
    await act(career_editing.remove, "step", "kandidat--underviser", 1)
    (tmp_path / "a.toml").write_text('[[source]]\nid = "eud"\nda = "Udefra"\nen = "From outside"\n')
    async with database.transaction() as db:
        assert (await career_editing.import_folder(db, tmp_path, clock())).written == 1
        assert [one.state for one, _ in await career_editing.history(db, "source", "eud")] == ["kept", "kept"]
        paths = await career_editing.paths_now(db)
        assert paths.shortest_path("portoer", "sosu-hjaelper")[0].facts["entry"].source.name["da"] == "Udefra"
        assert paths.shortest_path("kandidat", "underviser") == [], "removed is not brought back by what is not named"
        assert paths.shortest_path("laege", "speciallaege") != []


async def test_one_mistake_keeps_all_rows_of_the_files_out(database, clock, tmp_path):
    (tmp_path / "a.toml").write_text('[[source]]\nid = "eud"\nda = "Udefra"\nen = "From outside"\n')
    (tmp_path / "b.toml").write_text('[[source]]\nid = "ny"\nda = "Ny"\n')
    async with database.transaction() as db:
        report = await career_editing.import_folder(db, tmp_path, clock())
        assert (await career_editing.find(db, "source", "eud")).revision == 1
    assert (report.written, len(report.bad)) == (0, 1) and report.bad[0].startswith("b.toml, line 1: en is missing.")
