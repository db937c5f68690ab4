"""Rings of people whose stays exchange their places: a→b→c→a, each goes to the home of the next.

Pure: requests, rules and decisions go in, proposals come out, and nothing is stored.
"""

from guidance.swaps.requests import Decisions, Period, Place, Request, Rules, Wish
from guidance.swaps.search import Move, Result, Ring, find
from guidance.swaps.withdrawal import OneWay, Remainder, after_withdrawal

__all__ = [
    "Decisions", "Move", "OneWay", "Period", "Place", "Remainder", "Request", "Result", "Ring", "Rules", "Wish",
    "after_withdrawal", "find",
]  # fmt: skip
