"""Runs one benchmark by its name."""

import sys
from collections.abc import Callable

from benchmarks import ack, paired, race, search, search_scale, swaps

BENCHMARKS: dict[str, Callable[[list[str]], None]] = {
    "ack": ack.main, "paired": paired.main, "race": race.main, "search": search.main, "search-scale": search_scale.main,
    "swaps": swaps.main,
}  # fmt: skip


def main() -> int:
    """Print the table of the benchmark that is named."""
    benchmark = BENCHMARKS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if benchmark is None:
        print(f"Which one? python -m benchmarks {' | '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    benchmark(sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
