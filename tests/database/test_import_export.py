"""All articles go out to a folder and come in again, and a bad file stops nobody."""

from dataclasses import replace

from knowledge import editing
from knowledge.files import export_folder, import_folder, read_file, written


async def test_out_and_in_again_changes_nothing(database, clock, tmp_path):
    async with database.reading() as db:
        count = await export_folder(db, tmp_path / "ud")
    assert count == len(list((tmp_path / "ud").glob("*.md"))) == 75
    async with database.transaction() as db:
        report = await import_folder(db, tmp_path / "ud", clock())
    assert (report.written, report.unchanged, report.bad) == (0, 75, [])


async def test_good_files_come_in_beside_bad_ones_and_what_they_replace_is_kept(database, clock, tmp_path):
    async with database.reading() as db:
        content, _ = await editing.open_draft(db, "rh-04", "da")
    (tmp_path / "a.md").write_text(written("rh-04", "da", "published", replace(content, title="Udefra")))
    (tmp_path / "b.md").write_text("ingenting")
    (tmp_path / "c.md").write_text(written("rh-04", "da", "published", content))
    (tmp_path / "d.md").write_text(written("helt-ny", "da", "published", replace(content, related=["ogsaa-ny"])))
    (tmp_path / "e.md").write_text(written("ogsaa-ny", "da", "published", replace(content, related=["rh-04"])))
    (tmp_path / "f.md").write_text(written("for-lang", "da", "published", replace(content, body="x" * 1_000_000)))
    for other in ("noter.txt", "README.md"):
        (tmp_path / other).write_text("ikke en artikel")
    async with database.transaction() as db:
        report = await import_folder(db, tmp_path, clock())
    assert report.written == 3 and len(report.bad) == 3
    assert [line.split(":")[0].split(",")[0] for line in sorted(report.bad)] == ["b.md", "c.md", "f.md"]
    async with database.reading() as db:
        titles = [one.content["title"] for one in await editing.history(db, "rh-04", "da")]
        assert titles == ["Udefra", content.title]


async def test_an_article_that_was_edited_here_goes_out_as_it_is_now(database, clock, tmp_path):
    async with database.transaction() as db:
        content, _ = await editing.open_draft(db, "rh-04", "da")
        revision = await editing.save(db, "rh-04", "da", replace(content, title="Her"), 0, editor="hanne", now=clock())
        await editing.publish(db, "rh-04", "da", revision, editor="hanne", now=clock(), second_reader=False)
        await editing.retire(db, "rh-05", "da", "hanne", clock())
    async with database.reading() as db:
        await export_folder(db, tmp_path)
    assert read_file(tmp_path / "rh-04.da.md").content.title == "Her"
    assert read_file(tmp_path / "rh-05.da.md").state == "retired"
