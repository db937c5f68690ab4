"""The career office's own picture of the organisation. Employees who seek advice are never looked up in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from guidance.conflicts import Organisation, Ties
from storage import organisation as stored


@dataclass(frozen=True)
class Workplace:
    """A unit that an employee can name as theirs."""

    id: str
    name: str
    region: str


async def workplaces(db: AsyncSession) -> list[Workplace]:
    """All units, by name."""
    return [Workplace(unit.id, unit.name, unit.region_id) for unit in await stored.units(db)]


async def names_of_workplaces(db: AsyncSession) -> list[str]:
    """What units and departments are called, without what the demo adds."""
    names = [unit.name for unit in await stored.units(db)] + [one.name for one in await stored.departments(db)]
    return [name.removesuffix(" (demo)") for name in names]


async def region_names(db: AsyncSession) -> dict[str, str]:
    """What each region is called."""
    return {region.id: region.name for region in await stored.regions(db)}


async def has_service(db: AsyncSession, region: str, service: str) -> bool:
    """True if the service (advice or placements) is switched on in the region."""
    return any(row.id == region and getattr(row, service) for row in await stored.regions(db))


async def ties(db: AsyncSession) -> Organisation:
    """Who of the staff is tied to what."""
    return Organisation(
        unit_of={department.id: department.unit_id for department in await stored.departments(db)},
        ties={
            person.id: Ties(
                works_in=person.works_in,
                leads=frozenset(person.leads),
                reports_to=person.reports_to,
                conflict_units=frozenset(person.conflicts),
            )
            for person in await stored.staff(db)
        },
    )


async def with_role(db: AsyncSession, role: str) -> Sequence[stored.Staff]:
    """The active staff who have a role, by name."""
    return [person for person in await stored.staff(db) if person.active and role in person.roles]


async def everybody(db: AsyncSession) -> Sequence[stored.Staff]:
    """All of the staff, active or not, by name."""
    return await stored.staff(db)


async def staff_names(db: AsyncSession) -> dict[str, str]:
    """What each member of staff is called."""
    return {person.id: person.name for person in await stored.staff(db)}


async def name_of_home(db: AsyncSession, person: stored.Staff) -> str:
    """Where a member of staff belongs, to be recognised by: their unit, else their region."""
    unit_ids = {department.id: department.unit_id for department in await stored.departments(db)}
    unit = await stored.unit(db, unit_ids.get(person.works_in or "", ""))
    return unit.name if unit else (await region_names(db))[person.region_id]


async def names(db: AsyncSession) -> dict[str, str]:
    """What each department and each member of staff is called, by id. A department with its unit."""
    units = {unit.id: unit.name for unit in await stored.units(db)}
    found = {row.id: f"{row.name}, {units[row.unit_id]}" for row in await stored.departments(db)}
    return found | await staff_names(db)


@dataclass(frozen=True)
class Place:
    """A department as people choose it."""

    id: str
    name: str
    unit: str
    unit_id: str
    region: str
    specialty: str


async def places(db: AsyncSession, region: str = "") -> list[Place]:
    """All departments, by unit and name; of one region if it is given."""
    units = {unit.id: unit for unit in await stored.units(db)}
    found = [
        Place(row.id, row.name, units[row.unit_id].name, row.unit_id, units[row.unit_id].region_id, row.specialty)
        for row in await stored.departments(db)
    ]
    return sorted((one for one in found if region in ("", one.region)), key=lambda one: (one.unit, one.name))


async def deciders(db: AsyncSession, department: str) -> list[stored.Staff]:
    """Who may say yes for a department: its manager, its contact for visitors, and their deputies."""
    staff = {person.id: person for person in await stored.staff(db) if person.active}
    first = [
        person
        for person in staff.values()
        if department in person.leads or ("host" in person.roles and person.works_in == department)
    ]
    # The contact for visitors comes first: that is what they are there for.
    first.sort(key=lambda person: ("host" not in person.roles, person.name))
    deputies = [staff[person.deputy] for person in first if person.deputy in staff]
    return [*first, *(one for one in deputies if one not in first)]
