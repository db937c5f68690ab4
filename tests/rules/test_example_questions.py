"""The example questions of the articles, and the everyday words that mean what articles call otherwise."""

import tomllib
from collections import Counter
from itertools import chain

import pytest

from knowledge.files import FOLDER, read_file
from knowledge.language import fold, is_stop_word, stem, tokens

FEWEST_QUESTIONS = 6
LONGEST_QUESTION = 120
LONGEST_PHRASE = 3
"""Words that an entry may have on its left: the search looks no further ahead."""

FILES = {path.stem: read_file(path) for path in sorted(FOLDER.glob("*.md"))}
QUESTIONS = [(name, question) for name, file in FILES.items() for question in file.content.questions]
SYNONYMS: dict[str, dict[str, list[str]]] = tomllib.loads((FOLDER.parent / "synonyms.toml").read_text(encoding="utf-8"))
ENTRIES = [(language, typed, SYNONYMS[language][typed]) for language in SYNONYMS for typed in SYNONYMS[language]]


def root(word: str, language: str) -> str:
    return fold(stem(word, language))


def danish_words() -> set[str]:
    """What a Danish article says in its title, keywords and text; its example questions do not count."""
    said = (
        " ".join((file.content.title, *file.content.keywords, file.content.body))
        for file in FILES.values()
        if file.language == "da"
    )
    return {root(word, "da") for word in chain.from_iterable(map(tokens, said))}


@pytest.mark.parametrize("name", FILES)
def test_every_article_has_questions(name):
    assert len(FILES[name].content.questions) >= FEWEST_QUESTIONS


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_question_stands_in_two_places(language):
    asked = Counter(
        " ".join(map(fold, tokens(question))) for name, question in QUESTIONS if FILES[name].language == language
    )
    assert [question for question, times in asked.items() if times > 1] == []


def test_no_question_is_a_letter():
    assert [question for _, question in QUESTIONS if len(question) > LONGEST_QUESTION] == []


def test_a_question_is_one_line_and_ends_with_one_mark_at_most():
    assert [question for _, question in QUESTIONS if question != " ".join(question.split())] == []
    assert [question for _, question in QUESTIONS if not question[-2].isalnum()] == []


def test_both_languages_have_everyday_words():
    assert set(SYNONYMS) == {"da", "en"}


def test_everyday_words_are_lower_case_and_short():
    assert [typed for _, typed, _ in ENTRIES if typed != typed.lower().strip()] == []
    assert [typed for _, typed, _ in ENTRIES if not 1 <= len(tokens(typed)) <= LONGEST_PHRASE] == []


def test_everyday_words_are_more_than_words_that_search_skips():
    assert [typed for language, typed, _ in ENTRIES if all(is_stop_word(w, language) for w in tokens(typed))] == []


def test_no_everyday_word_has_two_entries():
    roots = Counter((language, *(root(word, language) for word in tokens(typed))) for language, typed, _ in ENTRIES)
    assert [entry for entry, times in roots.items() if times > 1] == []


def test_no_everyday_word_stands_for_itself():
    assert [typed for _, typed, official in ENTRIES if not official or fold(typed) in map(fold, official)] == []


def test_every_official_word_stands_in_a_danish_article():
    said = danish_words()
    missing = [
        (typed, word)
        for _, typed, official in ENTRIES
        for word in chain.from_iterable(map(tokens, official))
        if root(word, "da") not in said
    ]
    assert missing == []
