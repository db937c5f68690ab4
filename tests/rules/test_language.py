"""Danish and English words as people type them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import fold, guess, is_stop_word, one_slip_apart, stem, stems, tokens


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("soge", "søge"), ("soege", "søge"), ("SØGE", "søge"), ("radgiver", "rådgiver"), ("raadgiver", "rådgiver"),
     ("laege", "læge"), ("idé", "ide"), ("overgangsalderen", "Overgangsalderen")],
)  # fmt: skip
def test_letters_that_people_lack_make_no_difference(typed, meant):
    assert fold(typed) == fold(meant)


def test_a_letter_in_two_pieces_is_the_same_letter():
    assert fold(unicodedata.normalize("NFD", "på vågen")) == fold("på vågen")
    assert tokens(unicodedata.normalize("NFD", "rådgiver")) == ["rådgiver"]


@given(st.text())
def test_any_text_can_be_read(text):
    for language in ("da", "en"):
        assert all(stems(word, language) is not None for word in tokens(text))
    assert guess(text) in ("da", "en", None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hvad er OK24?", ["hvad", "er", "ok24"]),
        ("MUS-samtale", ["mus", "samtale"]),
        ("what's this", ["what", "this"]),
        ("don’t", ["do"]),
        ("SUH's ph.d.", ["suh", "ph", "d"]),
        ("snake_case", ["snake", "case"]),
        ("karriere\u00advej", ["karrierevej"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_tokens(text, words):
    assert tokens(text) == words


@pytest.mark.parametrize(
    "relatives",
    [
        ("leder", "ledere", "lederen", "ledelse"),
        ("rådgiver", "rådgivning", "rådgiverne"),
        ("vejleder", "vejledning"),
        ("kursus", "kurser", "kurserne"),
        ("ansat", "ansatte", "ansættelse"),
        ("jordemoder", "jordemødre"),
        ("praktik", "praktikken", "praktikker"),
        ("lang", "længe", "længere"),
    ],
)
def test_relatives_share_a_stem(relatives):
    assert len({stem(word, "da") for word in relatives}) == 1


@pytest.mark.parametrize("word", ["hvornår", "hvornar", "hvornaar", "på", "pa", "være", "vaere", "without"])
def test_words_without_a_subject(word):
    assert is_stop_word(word)


def test_only_content_words_are_left():
    assert stems("Hvordan bliver jeg vejleder på en anden afdeling?", "da") == ["vejled", "afdel"]
    assert stems("How do I become an advisor?", "en") == ["advisor"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hvad er snusepraktik", "da"),
        ("jeg vil gerne bytte afdeling", "da"),
        ("hvornar kan jeg fa fri", "da"),
        ("må jeg tage til Rigshospitalet", "da"),
        ("løn", "da"),
        ("what about Region Sjælland", "en"),
        ("I want to talk to someone without my manager knowing", "en"),
        ("can i try another department", "en"),
        ("how long is the placement", "en"),
        ("i need help", "en"),
        ("I'm pregnant", "en"),
        ("hjælp, jeg er stresset", "da"),
        ("work-life balance", None),
        ("hi", None),
        ("job", None),
        ("information", None),
        ("praktik", None),
        ("ok", None),
        ("stress", None),
        ("12345", None),
        ("", None),
    ],
)
def test_guess(text, language):
    assert guess(text) == language


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_apart_is_mutual(one, other):
    assert one_slip_apart(one, other) == one_slip_apart(other, one)
