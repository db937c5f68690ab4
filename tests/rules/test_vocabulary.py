"""What a typed word may mean among the words of articles, which come and go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import stem
from knowledge.vocabulary import Vocabulary, split

WORDS = """
    snusepraktik praktik ophold udveksling afdeling karriere rådgiver rådgivning uddannelse strategi løn senior
    dage vagt planlægger overgangsalder fuldtid leder søge
""".split()


@pytest.fixture(scope="module")
def vocabulary():
    vocabulary = Vocabulary("da")
    vocabulary.add(WORDS)
    return vocabulary


@pytest.mark.parametrize(("typed", "meant"), [("soger", "søge"), ("lonnen", "løn"), ("raadgivere", "rådgiver")])
def test_words_are_found_without_their_letters(vocabulary, typed, meant):
    assert vocabulary.same(typed) == {stem(meant, "da")}


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("karriererådgivere", ("karriere", "rådgiver")),
        ("uddannelsesstrategien", ("uddannelse", "strategi")),
        ("udvekslingsopholdet", ("udveksling", "ophold")),
        ("vagtplanlægger", ("vagt", "planlægger")),
        ("karriereraadgivning", ("karriere", "rådgivning")),
        ("vejleder", ()),
        ("afdelingen", ()),
        ("kantinemenu", ()),
    ],
)
def test_compounds_part_where_both_parts_are_known(vocabulary, compound, parts):
    assert vocabulary.parts(compound) == tuple(frozenset({stem(part, "da")}) for part in parts)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [("snuse", "praktik", "snusepraktik"), ("overgangs", "alderen", "overgangsalder"), ("fuld", "tid", "fuldtid")],
)
def test_a_compound_may_be_typed_in_two(vocabulary, first, second, joined):
    assert vocabulary.joined(first, second) == {stem(joined, "da")}


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("pratik", "praktik"), ("prakitk", "praktik"), ("praktikk", "praktik"), ("prsktik", "praktik"),
     ("afdleing", "afdeling"), ("overgansalder", "overgangsalder")],
)  # fmt: skip
def test_one_slip_is_forgiven(vocabulary, slip, meant):
    assert stem(meant, "da") in vocabulary.near(slip)


@pytest.mark.parametrize("word", ["løb", "lege", "kantine", "pratk", "12345"])
def test_a_short_or_foreign_word_is_not_bent_into_one_of_ours(vocabulary, word):
    assert not vocabulary.near(word)


@pytest.mark.parametrize("known", [{"barn", "pleje"}, {"barn", "barne", "pleje"}])
def test_a_joining_letter_is_no_part(known):
    assert split("barnepleje", known)[-1] == "pleje"


def test_a_word_is_no_compound_of_itself():
    assert split("praktik", {"praktik"}) == ()


@pytest.mark.parametrize(("word", "compound"), [("karriere", "karrierevej"), ("vej", "karrierevej")])
def test_a_word_is_found_in_longer_ones(word, compound):
    vocabulary = Vocabulary("da")
    vocabulary.add(["karriere", "vej", compound])
    assert stem(compound, "da") in vocabulary.compounds(stem(word, "da"))


@given(st.lists(st.sets(st.sampled_from(WORDS), max_size=5), max_size=6), st.data())
def test_texts_that_went_leave_nothing(texts, data):
    """Whatever came and went in between, the vocabulary is that of the texts that are left."""
    gone = data.draw(st.sets(st.sampled_from(range(len(texts))))) if texts else set()
    lived, fresh = Vocabulary("da"), Vocabulary("da")
    for text in texts:
        lived.add(text)
    for number in gone:
        lived.remove(texts[number])
    for number, text in enumerate(texts):
        if number not in gone:
            fresh.add(text)
    for word in [*WORDS, "karriererådgiver", "snuseophold", "pratik", "lonnen"]:
        assert lived.same(word) == fresh.same(word)
        assert lived.parts(word) == fresh.parts(word)
        assert lived.near(word) == fresh.near(word)
        assert lived.compounds(stem(word, "da")) == fresh.compounds(stem(word, "da"))
