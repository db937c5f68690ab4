"""The same lives lived by two people, and by nobody, many times: `python -m benchmarks paired`.

Each pair is a script of 5 to 40 steps drawn by lot. Counted: pairs in which anybody else received, or the log or the
database held, anything that told the two people apart; and pairs in which somebody who must not notice that the person
came at all could have noticed it. Both are to be 0. The runs are those of tests/privacy/test_paired_runs.py.
"""

import argparse
import asyncio
import importlib
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database, migrate
from storage.sealing import Keyring

TESTS = Path(__file__).parents[1] / "tests"


def main(arguments: Sequence[str]) -> None:
    """Run the pairs and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks paired")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(TESTS))
    paired, world = importlib.import_module("privacy.paired"), importlib.import_module("conftest")
    keyring = Keyring({1: bytes(range(32))}, bytes(reversed(range(32))))
    chance = random.Random(options.seed)  # noqa: S311  # scripts that can be run again, no secrets
    told_apart, noticed, steps = 0, 0, 0
    with TemporaryDirectory() as folder:
        seeded = Path(folder) / "seeded.db"
        migrate(world.url_of(seeded))
        asyncio.run(world._seed(Database(world.url_of(seeded), keyring)))
        began = time.monotonic()
        for number in range(options.pairs):
            length = chance.randint(5, 40)
            script = [("books", 0), *((chance.choice(paired.STEPS), chance.randrange(100)) for _ in range(length))]
            steps += len(script)
            if found := asyncio.run(paired.differences(script, seeded, keyring)):
                told_apart += 1
                print(f"pair {number}: {found}\n  {script}", flush=True)
            quiet = [one for one in script if one[0] != "asks"]
            if number % 2 == 0 and (who := asyncio.run(paired.noticed(quiet, seeded, keyring))):
                noticed += 1
                print(f"pair {number}: {who} could notice\n  {quiet}", flush=True)
    half, took = (options.pairs + 1) // 2, time.monotonic() - began
    print(f"{options.pairs} pairs of two people, {steps} steps each way: told apart {told_apart}")
    print(f"{half} pairs with and without the person: noticed by who must not {noticed}")
    print(f"{took:.0f} s")
