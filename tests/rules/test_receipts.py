"""Six words bring a visitor back, however they type them, and nobody else."""

import re
import unicodedata
from collections import Counter
from random import Random, SystemRandom

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.receipts import LENGTH, WORDS, new_receipt, read_receipt, visitor_secret

RECEIPT = "havn lygte måne bølge æble ørken"
SECRET = "06c2ef2123d2d552688e818c8ac32ae3709ce1cbac19a879ebcdc8299c747a2b"
"""Of RECEIPT and the salt 0123456789abcdef."""
UNPLEASANT = re.compile(
    "bombe|blod|brand|drab|død|fange|fare|feber|fjende|fejl|fjols|flygte|gift|grav|hader|hævn|kniv|kræft|krig|løgn|mord"
    "|panik|pest|pistol|skam|skyde|smerte|sorg|straf|stress|svag|syge|tabe|tyveri|tåre|vold|våben|vrede|ulykke"
)


def folded(word: str) -> str:
    return word.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def slips(word: str) -> set[str]:
    """The word as it may look after one slip of the finger: a letter lost, or any letter in its place."""
    return {word} | {word[:i] + gap + word[i + 1 :] for i in range(len(word)) for gap in ("", "?")}


def test_the_list_is_what_sixty_bits_need():
    assert len(WORDS) == 1024
    assert list(WORDS) == sorted(set(WORDS))


def test_words_are_short_and_danish():
    assert not [word for word in WORDS if not re.fullmatch("[a-zæøå]{4,8}", word)]


def test_no_two_words_are_taken_for_each_other():
    assert len({folded(word) for word in WORDS}) == len(WORDS)
    for words in (WORDS, [folded(word) for word in WORDS]):
        whole, gaps = set(words), Counter(slip for word in words for slip in slips(word) if "?" in slip)
        assert not [word for word in words if (slips(word) - {word}) & whole]
        assert not [gap for gap, often in gaps.items() if often > 1]


def test_no_word_is_unpleasant():
    assert not [word for word in WORDS if UNPLEASANT.fullmatch(word)]


@given(st.randoms(use_true_random=False))
def test_what_we_write_we_can_read(random):
    receipt = new_receipt(random)
    assert len(receipt.split(" ")) == LENGTH
    assert read_receipt(receipt) == receipt


def test_chance_is_handed_in():
    assert new_receipt(Random(1)) == new_receipt(Random(1))
    assert new_receipt(SystemRandom()) != new_receipt(SystemRandom())


@pytest.mark.parametrize(
    "typed",
    [
        "havn lygte måne bølge æble ørken",
        "Havn Lygte Måne Bølge Æble Ørken",
        "HAVN LYGTE MÅNE BØLGE ÆBLE ØRKEN",
        "havn-lygte-måne-bølge-æble-ørken",
        "havn – lygte – måne – bølge – æble – ørken",
        "havn, lygte, måne, bølge, æble, ørken.",
        "havn,lygte,måne,bølge,æble,ørken",
        "  havn   lygte\tmåne  bølge æble ørken  ",
        "havn lygte\nmåne bølge\r\næble ørken\n",
        "havn lygte maane boelge aeble oerken",
        "Havn Lygte MAANE Bølge AEble oerken",
        "havn lygte måne bølge äble örken",
        "1. havn 2. lygte 3. måne 4. bølge 5. æble 6. ørken",
        "»havn lygte måne bølge æble ørken«",
        "havn\u00a0lygte\u00a0måne\u00a0bølge\u00a0æble\u00a0ørken",
        "\ufeffhavn lyg\u00adte måne\u200b bølge æble ørken",
        unicodedata.normalize("NFD", RECEIPT),
        "havn_lygte_måne_bølge_æble_ørken",
        "havn/lygte/måne/bølge/æble/ørken",
    ],
)
def test_reading_is_forgiving(typed):
    assert read_receipt(typed) == RECEIPT


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "havn lygte måne bølge æble",
        "havn lygte måne bølge æble ørken ørken",
        "havn lygte måne bølge æble xyzzy",
        "havn lygte måne bølge æble ørken nej",
        "havnlygte måne bølge æble ørken",
        "jeg har mistet min kvittering",
        "123456",
        "Ω Ψ Δ Σ Π Θ",
    ],
)
def test_anything_else_is_not_a_receipt(typed):
    assert read_receipt(typed) is None


@given(st.text())
@example("ﬀ" * 6)
@example("İ" * 6)
def test_no_text_makes_reading_fail(text):
    receipt = read_receipt(text)
    assert receipt is None or read_receipt(receipt) == receipt


def test_order_matters():
    assert read_receipt("lygte havn måne bølge æble ørken") != RECEIPT


def test_the_secret_depends_on_receipt_and_salt_only():
    secret = visitor_secret(RECEIPT, b"s" * 16)
    assert len(secret) == 32
    assert secret == visitor_secret(RECEIPT, b"s" * 16)
    assert secret != visitor_secret(RECEIPT, b"t" * 16)
    assert secret != visitor_secret(RECEIPT.replace("havn", "lygte"), b"s" * 16)


def test_the_secret_never_changes():
    """Another value here would lock out every visitor who wrote down a receipt."""
    assert visitor_secret(RECEIPT, b"0123456789abcdef").hex() == SECRET
