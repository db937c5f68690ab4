"""What articles mean is computed once, kept by content, and follows every change of them."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge import editing, synonyms
from knowledge.articles import Library
from knowledge.meanings import Meanings


class Counting:
    """A stand-in for the model that notes what it is given: here only who is asked for what, and when, matters."""

    name = "counting"
    width = 8

    def __init__(self):
        self.seen = []

    def question(self, text):
        return self.passage(text)

    def passage(self, text):
        self.seen.append(text)
        vector = np.random.default_rng(len(text)).normal(size=self.width).astype(np.float32)
        return vector / np.linalg.norm(vector)


@pytest.fixture
def learn(database):
    async def run(embedder, library=None):
        library = library or Library(embedder)
        async with database.reading() as db:
            await library.refresh(db)
        meanings = Meanings(library.index, embedder, database.reading, database.transaction)
        return library, await meanings.catch_up()

    return run


async def test_every_text_is_computed_once_and_by_the_next_copy_not_at_all(learn):
    first, second = Counting(), Counting()
    library, count = await learn(first)
    assert count == len(library.index.pages()) > 60
    texts = {text for page in library.index.pages() for text, _ in page.meanings()}
    assert texts <= set(first.seen)
    library, count = await learn(second)
    assert count > 60 and not texts & set(second.seen)
    assert library.index.not_understood() == []


async def test_an_edited_article_is_found_at_once_and_only_its_new_texts_are_computed(learn, database, clock):
    embedder = Counting()
    library, _ = await learn(embedder)
    embedder.seen.clear()
    clock.passes(minutes=5)
    async with database.transaction() as db:
        content, _ = await editing.open_draft(db, "rh-04", "da")
        content = replace(content, body=content.body + "\n\n## Hvad med kaffekuponer?\n\nDem findes der ingen af.")
        revision = await editing.save(db, "rh-04", "da", content, 0, editor="hanne", now=clock())
        await editing.publish(db, "rh-04", "da", revision, editor="hanne", now=clock(), second_reader=False)
    async with database.reading() as db:
        await library.refresh(db)
    assert library.hits(await library.understand("kaffekuponer"))[0].page.id == "rh-04"
    embedder.seen.clear()
    library, count = await learn(embedder, library)
    assert count == 1
    assert [text for text in embedder.seen if "kaffekuponer" in text] == embedder.seen[-1:]


async def test_the_vectors_of_another_model_are_not_used(learn):
    await learn(Counting())
    other = Counting()
    other.name = "another"
    library, _ = await learn(other)
    assert {text for page in library.index.pages() for text, _ in page.meanings()} <= set(other.seen)


async def test_a_retired_article_is_gone_from_the_answers(learn, database, clock):
    library, _ = await learn(Counting())
    clock.passes(minutes=5)
    async with database.transaction() as db:
        await editing.retire(db, "rh-04", "da", "hanne", clock())
    async with database.reading() as db:
        await library.refresh(db)
    assert library.article("rh-04", "da") is None
    assert ("rh-04", "da") not in [page.key for page in library.index.pages()]


async def test_a_synonym_counts_from_the_next_question(learn, database, clock):
    library, _ = await learn(Counting())
    assert not [hit for hit in library.hits(await library.understand("hønsestrik")) if hit.coverage]
    async with database.transaction() as db:
        await synonyms.put(db, "da", "Hønsestrik!", "snusepraktik, udveksling", clock())
    async with database.reading() as db:
        await library.refresh(db)
    assert library.hits(await library.understand("hønsestrik"))[0].coverage > 0.3
    async with database.transaction() as db:
        await synonyms.remove(db, "da", "hønsestrik")
    async with database.reading() as db:
        await library.refresh(db)
    assert not [hit for hit in library.hits(await library.understand("hønsestrik")) if hit.coverage]
