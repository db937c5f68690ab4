"""Articles are drafted, read by somebody else, published and retired, and nothing that was written is lost."""

from dataclasses import asdict, replace

import pytest

from knowledge import editing
from knowledge.articles import Library
from knowledge.editing import (
    LONGEST_BODY,
    Content,
    EditConflict,
    NoSuchArticle,
    NotReady,
    SecondReaderNeeded,
    difference,
    new_id,
    problems,
)

KEY = ("rh-04", "da")


@pytest.fixture
async def content(database):
    async with database.reading() as db:
        return (await editing.open_draft(db, *KEY))[0]


@pytest.fixture
def act(database, clock):
    """One change in a transaction of its own."""

    async def run(function, *args, **more):
        async with database.transaction() as db:
            return await function(db, *args, **more)

    return run


@pytest.fixture
def save(act, clock):
    async def run(content, revision, editor="hanne"):
        return await act(editing.save, *KEY, content, revision, editor=editor, now=clock())

    return run


@pytest.fixture
def publish(act, clock):
    async def run(revision, editor="isak", **more):
        return await act(editing.publish, *KEY, revision, editor=editor, now=clock(), **more)

    return run


async def shown(database, locale="da"):
    library = Library()
    async with database.reading() as db:
        await library.refresh(db)
    return library.article("rh-04", locale)


async def test_a_draft_changes_nothing_for_employees(database, content, save):
    await save(replace(content, title="En ny titel"), 0)
    assert (await shown(database)).title == content.title


async def test_two_people_bring_a_text_out(database, content, act, save, publish, clock):
    changed = replace(content, title="En ny titel", body="Noget nyt.\n\n## Hvornår?\n\nSnart.")
    revision = await save(changed, 0)
    for who in ("hanne", "isak"):
        with pytest.raises(SecondReaderNeeded):
            await publish(revision, editor=who)
    await act(editing.send_to_review, *KEY, revision)
    with pytest.raises(SecondReaderNeeded):
        await publish(revision, editor="hanne")
    clock.passes(minutes=1)
    assert await publish(revision) == 2, "the text from the file is the first version"
    assert (await shown(database)).title == "En ny titel"
    async with database.reading() as db:
        versions = await editing.history(db, *KEY)
        assert [(one.number, one.state, one.made_by) for one in versions] == [
            (2, "published", "isak"),
            (1, "published", ""),
        ]
        assert Content(**versions[1].content) == content
        assert (await editing.open_draft(db, *KEY))[1] is None


async def test_where_one_pair_of_eyes_is_enough(content, save, publish):
    assert await publish(await save(replace(content, title="Ny"), 0), editor="hanne", second_reader=False) == 2


async def test_a_text_that_changes_after_it_was_read_must_be_read_again(content, act, save, publish):
    revision = await save(replace(content, title="Ny"), 0)
    await act(editing.send_to_review, *KEY, revision)
    revision = await save(replace(content, title="Nyere"), revision)
    with pytest.raises(SecondReaderNeeded):
        await publish(revision)


async def test_two_editors_do_not_overwrite_each_other(database, content, save):
    revision = await save(replace(content, title="Hannes"), 0)
    await save(replace(content, title="Isaks"), revision, editor="isak")
    with pytest.raises(EditConflict):
        await save(replace(content, title="Hannes igen"), revision)
    with pytest.raises(EditConflict):
        await save(replace(content, title="Uden at have set kladden"), 0)
    async with database.reading() as db:
        assert (await editing.open_draft(db, *KEY))[0].title == "Isaks"


async def test_nothing_is_published_that_somebody_changed_meanwhile(content, act, save, publish):
    revision = await save(replace(content, title="Ny"), 0)
    await act(editing.send_to_review, *KEY, revision)
    with pytest.raises(EditConflict):
        await publish(revision + 1)


async def test_a_thrown_away_draft_leaves_the_text(database, content, act, save):
    revision = await save(replace(content, title="Ny"), 0)
    await act(editing.discard, *KEY, revision)
    assert (await shown(database)).title == content.title
    with pytest.raises(NoSuchArticle):
        await act(editing.discard, *KEY, revision)


async def test_an_old_version_comes_back_as_a_draft(database, content, act, save, publish, clock):
    await publish(await save(replace(content, title="Ny"), 0), second_reader=False)
    await act(editing.bring_back, *KEY, 1, editor="hanne", now=clock())
    async with database.reading() as db:
        assert (await editing.open_draft(db, *KEY))[0] == content
    with pytest.raises(EditConflict):
        await act(editing.bring_back, *KEY, 2, editor="isak", now=clock())
    with pytest.raises(NoSuchArticle):
        await act(editing.bring_back, *KEY, 99, editor="isak", now=clock())


async def test_a_retired_article_is_gone_and_can_come_back(database, content, act, save, publish, clock):
    await act(editing.retire, *KEY, "hanne", clock())
    assert await shown(database) is None
    with pytest.raises(NoSuchArticle):
        await act(editing.retire, *KEY, "hanne", clock())
    clock.passes(minutes=1)
    await publish(await save(content, 0), second_reader=False)
    assert (await shown(database)).title == content.title
    async with database.reading() as db:
        assert [one.state for one in await editing.history(db, *KEY)] == ["published", "retired", "published"]


async def test_an_event_goes_away_by_itself(database, content, save, publish, act, clock):
    await publish(await save(replace(content, expires_on="2026-11-24"), 0), second_reader=False)
    assert await act(editing.retire_expired, clock()) == 0
    clock.passes(days=1)
    assert await act(editing.retire_expired, clock()) == 1
    assert await act(editing.retire_expired, clock()) == 0
    assert await shown(database) is None


async def test_a_new_article_and_its_translation(database, content, act, clock):
    fresh = replace(content, title="Løntillæg på ø-posten", related=[])
    article_id = new_id(fresh.title, ["loentillaeg-paa-oe-posten"])
    assert article_id == "loentillaeg-paa-oe-posten-2"
    for language in ("da", "en"):
        await act(editing.begin, article_id, language, fresh, "hanne", clock())
        with pytest.raises(EditConflict):
            await act(editing.begin, article_id, language, fresh, "isak", clock())
    await act(editing.publish, article_id, "da", 1, editor="hanne", now=clock(), second_reader=False)
    async with database.reading() as db:
        assert {one.language for one in await editing.all_articles(db) if one.id == article_id} == {"da"}


async def test_a_text_from_a_file_does_not_come_back_over_what_an_editor_wrote(database, content, save, publish, act):
    from knowledge.files import FOLDER, load_shipped

    await publish(await save(replace(content, title="Ny"), 0), second_reader=False)
    await act(load_shipped, FOLDER, (await shown(database)).changed_at)
    assert (await shown(database)).title == "Ny"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 400}, "title"),
        ({"body": ""}, "body"),
        ({"body": "x" * (LONGEST_BODY + 1)}, "body"),
        ({"body": "[klik](javascript:alert(1))"}, "body"),
        ({"body": "[klik]( <data:text/html,x> )"}, "body"),
        ({"contact_link": "javascript:alert(1)"}, "contact_link"),
        ({"contact_link": "www.regionh.dk"}, "contact_link"),
        ({"review_by": "snart"}, "review_by"),
        ({"reviewed": ""}, "reviewed"),
        ({"expires_on": "31/2"}, "expires_on"),
        ({"status": "vedtaget"}, "status"),
        ({"related": ["rh-999"]}, "related"),
        ({"keywords": ["x"] * 50}, "keywords"),
    ],
)
async def test_mistakes_are_named_and_keep_a_text_in(content, act, save, changes, field):
    wrong = replace(content, **changes)
    found = problems(wrong, ["rh-03", "rh-05", "rh-06", *content.related])
    assert field in {one.field for one in found if one.stops}
    revision = await save(wrong, 0)
    with pytest.raises(NotReady):
        await act(editing.send_to_review, *KEY, revision)


def test_advice_does_not_keep_a_text_in(content):
    odd = replace(content, body="Se ![billedet](https://x.dk/a.png) og <b>dette</b>", questions=[])
    found = problems(odd, content.related)
    assert {one.key for one in found} == {"editing.no_images", "editing.no_html", "editing.no_questions"}
    assert not any(one.stops for one in found)


def test_the_shipped_articles_have_no_mistakes(content):
    from knowledge.files import FOLDER, read_file

    files = [read_file(path) for path in sorted(FOLDER.glob("*.md"))]
    known = [file.id for file in files]
    found = {file.name: problems(file.content, known) for file in files}
    assert {key: [p for p in each if p.stops] for key, each in found.items() if any(p.stops for p in each)} == {}


def test_a_difference_names_fields_and_lines(content):
    changed = replace(content, title="Ny", body=content.body + "\nEn linje mere.")
    found = difference(content, changed)
    assert set(found) == {"title", "body"}
    assert [(line.kind, line.words) for line in found["title"]] == [("gone", content.title), ("new", "Ny")]
    assert [line.words for line in found["body"] if line.kind == "new"] == ["En linje mere."]
    assert difference(content, Content(**asdict(content))) == {}
