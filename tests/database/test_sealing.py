"""What is sealed opens for its own row only, unchanged, and tells nothing by its length."""

import itertools
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealing import Keyring, KeysMissing, SealBroken

RING = Keyring({1: bytes(range(32))}, bytes(32))
WHERE = ("message", ("case-1", "message-1"))


@given(st.binary(max_size=2000), st.sampled_from([16, 256, 1024]))
def test_what_was_sealed_comes_back(plain, block):
    assert RING.open(*WHERE, RING.seal(*WHERE, plain, block)) == plain


@pytest.mark.parametrize(
    ("purpose", "context"),
    [
        ("identity", ("case-1", "message-1")),
        ("message", ("case-2", "message-1")),
        ("message", ("case-1", "message-2")),
        ("message", ("case-1",)),
        ("message", ()),
        ("message", ("message-1", "case-1")),
        ("message", ("case-1message-1",)),
        ("", ("message", "case-1", "message-1")),
    ],
)
def test_another_row_or_purpose_is_refused(purpose, context):
    with pytest.raises(SealBroken):
        RING.open(purpose, context, RING.seal(*WHERE, b"Hej Bo"))


def test_every_changed_byte_is_noticed():
    sealed = RING.seal(*WHERE, b"Hej Bo", 16)
    for place, bit in itertools.product(range(len(sealed)), (0x01, 0x80)):
        broken = bytearray(sealed)
        broken[place] ^= bit
        with pytest.raises(SealBroken):
            RING.open(*WHERE, bytes(broken))


def test_every_cut_and_every_addition_is_noticed():
    sealed = RING.seal(*WHERE, b"Hej Bo", 16)
    for broken in [*(sealed[:end] for end in range(len(sealed))), sealed + b"\0", b"", b"\1", b"\1\1"]:
        with pytest.raises(SealBroken):
            RING.open(*WHERE, broken)


def test_the_length_tells_only_the_block():
    lengths = {len(RING.seal(*WHERE, b"x" * size)) for size in range(253)}
    assert len(lengths) == 1 and len(RING.seal(*WHERE, b"x" * 253)) not in lengths


def test_the_same_words_never_look_the_same():
    assert len({RING.seal(*WHERE, b"Hej") for _ in range(50)}) == 50


def test_a_new_key_seals_and_the_old_one_still_opens():
    old = RING.seal(*WHERE, b"Hej")
    both = Keyring({**RING.keys, 2: bytes(32)}, RING.tag_root)
    new = both.seal(*WHERE, b"Hej")
    assert both.open(*WHERE, old) == both.open(*WHERE, new) == b"Hej" and new[1] == 2
    with pytest.raises(SealBroken):
        RING.open(*WHERE, new)
    with pytest.raises(SealBroken):
        Keyring({1: bytes(32)}, RING.tag_root).open(*WHERE, old)


PARTS = st.lists(st.text(max_size=6), max_size=4).map(tuple)


@given(PARTS, PARTS)
def test_tags_are_equal_only_for_equal_parts(one, other):
    assert (RING.tag("owner", *one) == RING.tag("owner", *other)) is (one == other)


def test_tags_depend_on_the_purpose_the_key_and_every_border():
    tags = [
        RING.tag("owner", "ab", "c"), RING.tag("owner", "a", "bc"), RING.tag("owner", "abc"), RING.tag("owner"),
        RING.tag("owner", ""), RING.tag("owner", "", ""), RING.tag("alias", "abc"), RING.tag("ownera", "bc"),
        Keyring(RING.keys, bytes([1]) * 32).tag("owner", "abc"),
    ]  # fmt: skip
    assert len(set(tags)) == len(tags) and {len(tag) for tag in tags} == {32}


def test_keys_are_written_once_and_for_their_owner_only(tmp_path):
    made = Keyring.create(tmp_path / "keys")
    assert Keyring.load(tmp_path / "keys").fingerprints() == made.fingerprints()
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}
    with pytest.raises(FileExistsError):
        Keyring.create(tmp_path / "keys")


@pytest.mark.parametrize("damage", ["", "{}", "null", '{"keys": {}}', '{"keys": {"1": {"k": "!"}}}', "\x00"])
def test_a_damaged_key_file_says_so(tmp_path, damage):
    Keyring.create(tmp_path / "keys")
    (tmp_path / "keys/keyring.json").write_text(damage)
    with pytest.raises(KeysMissing):
        Keyring.load(tmp_path / "keys")


def test_keys_never_show_in_a_log():
    assert "\\x01" not in repr(RING) and "keys" not in repr(RING)
