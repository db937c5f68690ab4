"""Asking people to change places: who is ready to, a set that the office proposes, and everybody's own yes or no.

The first asking is double-blind: specialty, hospital and period, and nobody learns of another's no. Which sets are
best is found by guidance/swaps; here is what becomes of one.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases, disclosures, organisation, placement_steps, schemes
from guidance.errors import NoSuchCase, NoSuchDepartment, NothingChosen, NotPossibleNow
from guidance.notices import SwapAsked, SwapNone, SwapOff, SwapReady
from guidance.placements import EXCHANGE, WEEKS
from guidance.placements import Wish as Sent
from guidance.swaps.requests import Place, Request, Rules, Wish
from guidance.swaps.search import Ring, ring_of
from storage import placements as stored_placements
from storage import swaps as stored
from storage.cases import Case
from storage.conversations import hear_once
from storage.database import keyring_of
from storage.participants import Participant
from storage.placements import Placement
from storage.swaps import SwapMember, SwapSet

MOST_WISHES = 3

SOONEST = timedelta(weeks=6)
"""So long after the search a swap can begin at the earliest: rosters are made weeks ahead."""

FLEXIBLE = timedelta(weeks=26)
"""So much later than asked for, or than the soonest day, it may begin."""

OFF_KEPT = timedelta(weeks=104)


@dataclass(frozen=True)
class Ready:
    """A request whose sender would change places."""

    case: Case
    sent: Sent
    request: Request


@dataclass(frozen=True)
class InHand:
    """A set that was asked, for the office."""

    swap: SwapSet
    members: Sequence[tuple[Case, SwapMember, str]]
    """Each with the department they would go to."""


# --- The employee ----------------------------------------------------------------------------------------------------


async def offer(
    db: AsyncSession, participant: Participant, case_id: str, home: str, wishes: Sequence[str], now: datetime
) -> None:
    """Say where one works and which specialties one would go to. The coordinator sees it from then on.

    Raises NoSuchCase, NotPossibleNow, NoSuchDepartment, NothingChosen.
    """
    stay = await placement_steps.own(db, participant, case_id)
    places = {place.id: place for place in await organisation.places(db, stay.placement.region_id)}
    if stay.placement.kind != EXCHANGE or stay.state != "submitted":
        raise NotPossibleNow
    if home not in places:
        raise NoSuchDepartment
    known = {place.specialty for place in places.values()} - {places[home].specialty}
    wanted = [one for one in dict.fromkeys(wishes) if one in known][:MOST_WISHES]
    if not wanted:
        raise NothingChosen
    person = stored_placements.person_of(db, stay.placement)
    stored_placements.write_person(db, stay.placement, person | {"home": home, "swap": "\n".join(wanted)})
    await disclosures.agree(db, stay.placement, "coordinator", stay.case.staff_id, now, consent="swap")


async def stop(db: AsyncSession, participant: Participant, case_id: str) -> None:
    """Change places with nobody. Raises NoSuchCase."""
    stay = await placement_steps.own(db, participant, case_id)
    person = stored_placements.person_of(db, stay.placement)
    person.pop("swap", None)
    stored_placements.write_person(db, stay.placement, person)


def would_swap(db: AsyncSession, placement: Placement) -> bool:
    """True if the employee would change places."""
    return bool(stored_placements.person_of(db, placement).get("swap"))


async def asked(db: AsyncSession, participant: Participant, case_id: str) -> tuple[SwapSet, str] | None:
    """The set that waits for this person's answer, and the department they would go to. Raises NoSuchCase."""
    case = await cases.own_case(db, participant, case_id)
    found = await stored.of_case(db, case.id)
    if found is None or found[0].state != "asked" or found[1].answer:
        return None
    return found[0], stored.host_of(db, found[1])


async def answer(
    db: AsyncSession, participant: Participant, case_id: str, set_id: str, yes: bool, now: datetime
) -> bool:
    """Say yes or no to a set. True if everybody has said yes now. Raises NoSuchCase, NotPossibleNow."""
    case = await cases.own_case(db, participant, case_id)
    found = await stored.of_case(db, case.id)
    if found is None or found[0].id.hex != set_id or found[0].state != "asked" or found[1].answer:
        raise NotPossibleNow
    swap, member = found
    member.answer = "yes" if yes else "no"
    await db.flush()
    if not yes:
        await call_off(db, swap, now, but=case.id)
        return False
    members = await stored.members(db, swap.id)
    if len(members) < swap.size or any(one.answer != "yes" for one in members):
        return False
    swap.state, swap.changed_on = "agreed", now.date()
    for one in members:
        if (theirs := await cases.by_id(db, one.case_id.hex)) is not None:
            await cases.tell_staff(db, theirs, SwapReady(theirs.id.hex), now)
    return True


# --- The office ------------------------------------------------------------------------------------------------------


async def ready(db: AsyncSession, region: str, now: datetime) -> list[Ready]:
    """Who of the region would change places and is in no set, in a form that the search understands."""
    places = {place.id: place for place in await organisation.places(db, region)}
    found = []
    for case, placement in await stored_placements.in_states(db, ["submitted"]):
        person = stored_placements.person_of(db, placement)
        if placement.region_id != region or not person.get("swap") or person.get("home") not in places:
            continue
        if await stored.of_case(db, case.id) is not None:
            continue
        home, sent = places[person["home"]], Sent(**stored_placements.wish_of(db, placement))
        earliest = _earliest(sent, now)
        request = Request(
            id=case.id.hex,
            profession=sent.profession.casefold().strip(),
            home=Place(region, home.unit_id, home.id, home.specialty),
            wishes=tuple(Wish(specialty=one) for one in person["swap"].split("\n")),
            earliest=earliest,
            latest=earliest + FLEXIBLE + timedelta(weeks=WEEKS.get(sent.length, 8)),
            filed=case.opened_on,
            weeks=WEEKS.get(sent.length, 8),
        )
        found.append(Ready(case, sent, request))
    return found


def _earliest(sent: Sent, now: datetime) -> date:
    soonest = (now + SOONEST).date()
    return max(date.fromisoformat(sent.starts), soonest) if sent.starts else soonest


async def rules_of(db: AsyncSession, region: str) -> Rules:
    """What the region's model allows."""
    scheme = (await schemes.current(db, region)).scheme
    return Rules(longest_ring=scheme.longest_ring, shared_weeks=scheme.least_overlap_weeks)


async def declined(db: AsyncSession, region: str, now: datetime) -> frozenset[frozenset[str]]:
    """Sets of people that are not to be proposed again for a while."""
    rest = timedelta(weeks=(await schemes.current(db, region)).scheme.rest_weeks)
    found = set()
    for swap in await stored.in_states(db, ["off"]):
        if swap.changed_on + rest > now.date():
            found.add(frozenset(one.case_id.hex for one in await stored.members(db, swap.id)))
    return frozenset(found)


async def ask(db: AsyncSession, region: str, ring: Collection[str], now: datetime) -> SwapSet:
    """Ask the people of a ring, each by themselves. Raises NotPossibleNow if one of them is no longer ready."""
    by_id = {one.request.id: one for one in await ready(db, region, now)}
    if not set(ring) <= set(by_id):
        raise NotPossibleNow
    found = ring_of([by_id[one].request for one in ring], await rules_of(db, region))
    if found is None:
        raise NotPossibleNow
    hosts = [(uuid.UUID(move.request), move.place.unit) for move in found.moves]
    swap = await stored.add(db, region, found.period.first, found.period.last, hosts, now.date())
    for one in found.members:
        case = by_id[one].case
        await cases.tell_employee(db, case, SwapAsked(case.id.hex, swap=swap.id.hex), now)
    return swap


async def tell_left_over(db: AsyncSession, region: str, now: datetime) -> int:
    """Tell those who would change places and are in no set that there is nobody yet; at most once a week."""
    told = 0
    for one in await ready(db, region, now):
        if await hear_once(db, keyring_of(db).tags("swap-none", one.case.id.hex), now):
            await cases.tell_employee(db, one.case, SwapNone(one.case.id.hex), now)
            told += 1
    return told


async def in_hand(db: AsyncSession, region: str) -> list[InHand]:
    """The sets that have been asked or have agreed."""
    found = []
    for swap in await stored.in_states(db, ["asked", "agreed"]):
        if swap.region_id != region:
            continue
        members = []
        for member in await stored.members(db, swap.id):
            if (case := await cases.by_id(db, member.case_id.hex)) is not None:
                members.append((case, member, stored.host_of(db, member)))
        found.append(InHand(swap, members))
    return found


async def take_back(db: AsyncSession, region: str, set_id: str, now: datetime) -> None:
    """The office calls a set off. Raises NoSuchCase."""
    try:
        swap = await stored.get(db, uuid.UUID(set_id))
    except ValueError as error:
        raise NoSuchCase from error
    if swap is None or swap.region_id != region or swap.state == "off":
        raise NoSuchCase
    await call_off(db, swap, now)


async def agreed_terms(db: AsyncSession, case: Case) -> tuple[SwapSet, str] | None:
    """The set that a request has agreed to, and the department it goes to."""
    found = await stored.of_case(db, case.id)
    return (found[0], stored.host_of(db, found[1])) if found and found[0].state == "agreed" else None


async def call_off(db: AsyncSession, swap: SwapSet, now: datetime, but: uuid.UUID | None = None) -> None:
    """It comes to nothing. The others are told so, and not why; stays that were part of it are asked about again."""
    was_agreed = swap.state == "agreed"
    swap.state, swap.changed_on = "off", now.date()
    await db.flush()
    for member in await stored.members(db, swap.id):
        case = await cases.by_id(db, member.case_id.hex)
        if case is None or case.id == but or case.state != "open":
            continue
        await cases.tell_employee(db, case, SwapOff(case.id.hex), now)
        if was_agreed:
            await placement_steps.leave_swap(db, case, now)


async def mend(db: AsyncSession, now: datetime) -> None:
    """Call off sets of which somebody is gone: withdrawn, erased, or no longer on the way."""
    for swap in await stored.in_states(db, ["asked", "agreed"]):
        members = await stored.members(db, swap.id)
        alive = [one for one in members if await _is_on_the_way(db, swap, one)]
        if len(alive) < swap.size:
            await call_off(db, swap, now)
    await stored.forget_old(db, (now - OFF_KEPT).date())


async def _is_on_the_way(db: AsyncSession, swap: SwapSet, member: SwapMember) -> bool:
    placement = await stored_placements.get(db, member.case_id)
    if placement is None:
        return False
    terms = placement_steps.terms_of(db, placement)
    if terms is not None and terms.swap == swap.id.hex and placement.status != "submitted":
        return placement.status in placement_steps.IN_SWAP
    return placement.status == "submitted"


def describe(ring: Ring, ready_ones: Sequence[Ready]) -> list[tuple[Ready, Place, int]]:
    """A ring in rows: who goes where, and which of their wishes that is."""
    by_id = {one.request.id: one for one in ready_ones}
    return [(by_id[move.request], move.place, move.rank) for move in ring.moves]
