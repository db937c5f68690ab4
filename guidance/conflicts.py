"""Who may not advise whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ties:
    """What is known of one member of staff's place in the organisation. Ids of departments, units and people."""

    works_in: str | None = None
    leads: frozenset[str] = frozenset()
    reports_to: str | None = None
    conflict_units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Organisation:
    """Where each department belongs, and who of the staff is tied to what."""

    unit_of: Mapping[str, str] = field(default_factory=dict)
    ties: Mapping[str, Ties] = field(default_factory=dict)


def tied_units(advisor: str, organisation: Organisation) -> frozenset[str]:
    """The units in which the advisor works or leads, from which they are led, or which they named themselves.

    Somebody who leads the advisor may also lead the employee, and so may that leader's own leader:
    the whole line upwards counts.
    """
    units: set[str] = set()
    seen: set[str] = set()
    person: str | None = advisor
    while person is not None and person not in seen:
        seen.add(person)
        ties = organisation.ties.get(person, Ties())
        own_department = {ties.works_in} if ties.works_in else set()
        # A leader's own department counts only for the advisor: the leader's line is what they lead.
        departments = ties.leads | own_department if person == advisor else ties.leads
        units |= {organisation.unit_of[department] for department in departments if department in organisation.unit_of}
        if person == advisor:
            units |= ties.conflict_units
        person = ties.reports_to
    return frozenset(units)


def may_advise(advisor: str, workplace: str | None, ruled_out: Collection[str], organisation: Organisation) -> bool:
    """True if the advisor has no tie to the workplace and the employee has not ruled them out.

    `workplace` is a unit, not a department: the question stays coarse, and the answer rules out more rather
    than fewer. None if the employee did not say.
    """
    return advisor not in ruled_out and (workplace is None or workplace not in tied_units(advisor, organisation))
