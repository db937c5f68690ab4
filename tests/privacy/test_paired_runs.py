"""Non-interference: who a person is changes nothing for anybody else; and for some, neither does that they came."""

import asyncio
import os
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from privacy.paired import STEPS, differences, noticed

import bot.turns
from guidance import cases, chats
from storage import outbox
from storage.sealing import Keyring

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(3600)]

EXAMPLES = int(os.environ.get("SPORSKIFTE_TEST_PAIRS", "3"))
"""Pairs of each kind. `python -m benchmarks paired` runs hundreds."""

QUIETLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    derandomize=True,
)
SCRIPTS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), min_size=5, max_size=40)
LIVELY = [("books", 0), ("writes", 1), ("is_answered", 2), ("wishes", 0), ("office_hands_over", 0), ("moves", 0),
          ("time_passes", 5), ("office_blocks", 1), ("looks", 2)]  # fmt: skip
"""A script in which something happens for sure."""


@QUIETLY
@given(script=SCRIPTS)
def test_two_people_who_do_the_same_look_the_same(seeded, keyring, script):
    assert asyncio.run(differences([*LIVELY[:2], *script], seeded, keyring)) == []


@QUIETLY
@given(script=SCRIPTS)
def test_who_must_not_notice_does_not(seeded, keyring, script):
    without_questions = [(name, number) for name, number in script if name != "asks"]
    assert asyncio.run(noticed([*LIVELY[:2], *without_questions], seeded, keyring)) == []


# --- The tests above can fail ----------------------------------------------------------------------------------------


def account_in_messages():
    honest, real = bot.turns.participant_for, chats.say

    def named(ring, address):
        participant = honest(ring, address)
        object.__setattr__(participant, "account", address.subject)
        return participant

    async def says(db, participant, case_id, words, now):
        return await real(db, participant, case_id, f"{words} {participant.account[-1]}", now)

    return [patch.multiple("bot.turns", participant_for=named), patch.object(chats, "say", says)]


def unpadded_envelopes():
    real = Keyring.seal

    def seal(self, purpose, context, plain, block=256):
        return real(self, purpose, context, plain, 1 if purpose == "identity" else block)

    return [patch.object(Keyring, "seal", seal)]


def alias_of_the_account():
    """An alias that is worked out from the person instead of drawn."""
    real = cases.stored.open_case

    async def opened(db, participant, *, alias, **more):
        return await real(db, participant, alias=f"{alias} {participant.owner_tags[0][0]}", **more)

    return [patch.object(cases.stored, "open_case", opened)]


@pytest.mark.parametrize(
    ("fault", "seen_in"),
    [
        (account_in_messages, "received something else"),
        (unpadded_envelopes, "identity_envelope has other rows"),
        (alias_of_the_account, "guidance_case has other rows"),
    ],
)
def test_a_person_who_shines_through_is_noticed(seeded, keyring, fault, seen_in):
    patches = fault()
    for one in patches:
        one.start()
    try:
        found = asyncio.run(differences(LIVELY, seeded, keyring))
    finally:
        for one in patches:
            one.stop()
    assert any(seen_in in what for what in found), found


def test_news_to_who_must_not_notice_are_noticed(seeded, keyring):
    real = outbox.put

    async def put(db, recipient, kind, ids, due_at):
        if recipient.startswith("staff:"):
            await real(db, "staff:henrik", kind, ids, due_at)
            await real(db, "staff:mikkel", "case_erased", {**ids, "alias": "?"} if kind != "x" else ids, due_at)
        return await real(db, recipient, kind, ids, due_at)

    with patch.object(outbox, "put", put), patch.object(cases, "may_have", lambda *_: True):
        assert asyncio.run(noticed(LIVELY, seeded, keyring)) != []
