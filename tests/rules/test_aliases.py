"""Aliases are friendly, alike for everybody, and say nothing about a person."""

import re
from itertools import combinations, product
from random import Random

import pytest

from guidance.aliases import ADJECTIVES, BLOCKED, NOUNS, Aliases

UNKIND = re.compile(
    "hvid|sort|brun|gul|rød|blå|grøn|grå|mørk|bleg"  # colours: too near to skin
    "|syg|rask|sund|død|dræb|grav|krop|fed|tyk|tynd|lam|blind|døv|stum|halt"  # body, health, death
    "|gammel|ung|lille|stor|høj|lav|grim|smuk|køn|pæn|mand|kvinde|dreng|pige|dame|herre|frue|lyst"  # age, looks, sex
    "|gud|engel|djævel|kirke|præst|krig|våben|kniv|bombe|pistol|vin|øl"  # faith, weapons, alcohol
    "|dum|doven|tung|snu|falsk|fræk|skør|gal|tåbe|tosse|gris|svin|høne|abe|slange|tæve|rotte|torsk|tude|skade|snegl"
)
UNKIND_BY_CHANCE = {
    *("bølge", "flamingo", "galakse", "grotte", "lampe", "lavendel", "mandolin", "mølle", "pingvin", "salamander"),
    "vintersol",
}
NAME = re.compile(
    "lærke|storm|bjørn|rosa|viola|iris|liv|ask|falk|dahlia|mynte|timian|perle|vibe|tone|silke|sky|mark|robin|lilje"
    "|skov|bæk|lund|holm|dam|lind|dal|toft|bjerg|krog|frost|vinter|sommer|due|svane|ravn|hjort|høg|kjær|mose|sten|eng"
)
NEUTER = re.compile(
    "egern|blad|hus|træ|pindsvin|føl|kid|marsvin|rådyr|bær|æble|hav|fjeld|vindue|spejl|tog|fly|skib|lys|glas|ur|bord"
)
ALL_PAIRS = [f"{adjective} {noun}".title() for adjective, noun in product(ADJECTIVES, NOUNS)]


def test_there_are_as_many_as_promised():
    assert (len(ADJECTIVES), len(NOUNS)) == (128, 256)
    assert len(set(ALL_PAIRS)) == 32_768


def test_no_word_is_in_both_lists():
    assert not set(ADJECTIVES) & set(NOUNS)


@pytest.mark.parametrize("words", [ADJECTIVES, NOUNS])
def test_words_are_plain_and_sorted(words):
    assert list(words) == sorted(set(words))
    assert all(word.isalpha() and word == word.lower() and 3 <= len(word) <= 15 for word in words)


def test_no_two_nouns_differ_by_one_letter():
    """Aliases are read aloud on the phone."""

    def one_letter_apart(one: str, other: str) -> bool:
        short, long = sorted((one, other), key=len)
        if len(short) == len(long):
            return sum(a != b for a, b in zip(short, long, strict=True)) < 2
        return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))

    assert not [pair for pair in combinations(NOUNS, 2) if one_letter_apart(*pair)]


def test_no_pair_is_unkind():
    """Every pair is read as it is written, save for words that hold an unkind part by chance."""
    assert set(NOUNS) >= UNKIND_BY_CHANCE, "Somebody replaced a word: take it out of UNKIND_BY_CHANCE too."
    spared = re.compile("|".join(UNKIND_BY_CHANCE))
    assert not [alias for alias in ALL_PAIRS if UNKIND.search(spared.sub("-", alias.lower()))]


def test_no_alias_is_somebodys_name():
    assert not [noun for noun in NOUNS if NAME.fullmatch(noun)]


def test_nouns_take_en():
    """A word takes the gender of its last part: a few that are easily got wrong."""
    assert not [noun for noun in NOUNS if NEUTER.fullmatch(noun)]


def test_adjectives_have_the_form_that_goes_with_en():
    """The t-form ("roligt") and the plural ("rolige") would be wrong beside every noun."""
    assert not [word for word in ADJECTIVES if word.endswith("gt") or (word.endswith("ige") and word != "stille")]


def test_blocked_pairs_exist_and_are_never_suggested():
    assert set(ALL_PAIRS) >= BLOCKED
    random = Random(7)
    suggested = {Aliases().suggest(random) for _ in range(100_000)}
    assert not suggested & BLOCKED
    assert len(suggested) > 30_000


def test_the_same_seed_gives_the_same_alias():
    assert Aliases().suggest(Random(1)) == Aliases().suggest(Random(1))
    assert len({Aliases().suggest(Random(seed)) for seed in range(50)}) > 45


def test_an_alias_is_two_words_in_title_case():
    alias = Aliases().suggest(Random(3))
    assert alias in ALL_PAIRS
    assert [word.istitle() for word in alias.split()] == [True, True]


def test_a_number_helps_when_pairs_run_out():
    random = Random(5)
    numbered = {Aliases().numbered("Rolig Birk", random) for _ in range(2_000)}
    assert numbered == {f"Rolig Birk {number}" for number in range(10, 100)}
