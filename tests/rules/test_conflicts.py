"""Who may advise whom: a table of named scenarios."""

import pytest

from guidance.conflicts import Organisation, Ties, may_advise, tied_units

UNIT_OF = {"nord-akut": "nord", "nord-boern": "nord", "syd-kirurgi": "syd", "kontor": "center"}


def organisation(**ties: Ties) -> Organisation:
    return Organisation(UNIT_OF, ties)


SCENARIOS = {
    "nothing is known of the advisor": (organisation(), "nord", (), True),
    "the employee does not say where they work": (organisation(bo=Ties(works_in="nord-akut")), None, (), True),
    "the employee does not say, but rules the advisor out": (organisation(), None, ("bo",), False),
    "somebody else is ruled out": (organisation(), "nord", ("sofie",), True),
    "the advisor works there": (organisation(bo=Ties(works_in="nord-akut")), "nord", (), False),
    "another department of the same hospital counts": (organisation(bo=Ties(works_in="nord-boern")), "nord", (), False),
    "the advisor works elsewhere": (organisation(bo=Ties(works_in="syd-kirurgi")), "nord", (), True),
    "the advisor leads there": (organisation(bo=Ties(leads=frozenset({"nord-akut"}))), "nord", (), False),
    "the advisor named the place": (organisation(bo=Ties(conflict_units=frozenset({"nord"}))), "nord", (), False),
    "the advisor's leader leads there": (
        organisation(bo=Ties(reports_to="henrik"), henrik=Ties(leads=frozenset({"nord-akut"}))), "nord", (), False),
    "the leader's leader leads there": (
        organisation(bo=Ties(reports_to="a"), a=Ties(reports_to="b"), b=Ties(leads=frozenset({"nord-akut"}))),
        "nord", (), False),
    "the leader only works there": (
        organisation(bo=Ties(reports_to="henrik"), henrik=Ties(works_in="nord-akut")), "nord", (), True),
    "the leader has a conflict of their own there": (
        organisation(bo=Ties(reports_to="henrik"), henrik=Ties(conflict_units=frozenset({"nord"}))), "nord", (), True),
    "the leader leads elsewhere": (
        organisation(bo=Ties(reports_to="dorte"), dorte=Ties(leads=frozenset({"kontor"}))), "nord", (), True),
    "somebody whom the advisor leads leads there": (
        organisation(bo=Ties(), sofie=Ties(reports_to="bo", leads=frozenset({"nord-akut"}))), "nord", (), True),
    "the advisor reports to themselves": (organisation(bo=Ties(reports_to="bo", works_in="kontor")), "nord", (), True),
    "two lead each other, and one leads there": (
        organisation(bo=Ties(reports_to="a"), a=Ties(reports_to="bo", leads=frozenset({"nord-akut"}))),
        "nord", (), False),
    "a loop further up that the advisor is not in": (
        organisation(bo=Ties(reports_to="a"), a=Ties(reports_to="b"),
                     b=Ties(reports_to="a", leads=frozenset({"nord-akut"}))), "nord", (), False),
    "the leader is not in the register": (organisation(bo=Ties(reports_to="ukendt")), "nord", (), True),
    "the department is not in the register": (organisation(bo=Ties(works_in="nedlagt")), "nord", (), True),
    "a workplace that nobody has heard of": (organisation(bo=Ties(works_in="nord-akut")), "maanen", (), True),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_who_may_advise(name):
    known, workplace, ruled_out, allowed = SCENARIOS[name]
    assert may_advise("bo", workplace, ruled_out, known) is allowed


def test_all_ties_of_a_long_line_count():
    line = {f"p{n}": Ties(reports_to=f"p{n + 1}") for n in range(500)}
    known = Organisation(UNIT_OF, {**line, "p500": Ties(leads=frozenset({"syd-kirurgi"}))})
    assert tied_units("p0", known) == {"syd"}
