"""Taking a step in the workflow of a request: the guards, what is kept of it, and who is told."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar, cases, disclosures, organisation, placement_terms
from guidance.errors import (
    NameMissing,
    NoSuchCase,
    NoSuchDepartment,
    NotPossibleNow,
    ReasonMissing,
    TermsChanged,
    TwoStaysAtOnce,
)
from guidance.notices import DecisionAsked, Notice, PlacementMoved, StayApproved, StayNews, StayOff, StayOver
from guidance.placement_terms import Terms
from guidance.placement_workflow import ENDED, IN_HAND, REASONS, TAKEN, Move, move
from storage import outbox
from storage import placements as stored
from storage import swaps as stored_swaps
from storage.cases import Case
from storage.organisation import Staff
from storage.participants import Participant
from storage.placements import Decision, Placement

CLOSES_CASE = ENDED - {"refused"}
"""After a manager's no there is something to talk about: the case stays open until somebody ends it."""

IN_SWAP = frozenset({"offered", "with_host", "host_ready", "with_manager", "cleared", "approved", "done"})
"""States in which a stay can be part of a swap. Who is in another one has left it."""

LONGEST_NAME = 80


@dataclass(frozen=True)
class Stay:
    """A request with its terms, as those may see it who have the case."""

    case: Case
    placement: Placement
    terms: Terms | None

    @property
    def state(self) -> str:
        """A state of the workflow."""
        return self.placement.status


async def of_staff(db: AsyncSession, staff_id: str, case_id: str) -> Stay:
    """The request, for the coordinator who has it. Raises NoSuchCase."""
    return await _stay(db, await cases.staff_case(db, staff_id, case_id))


async def own(db: AsyncSession, participant: Participant, case_id: str) -> Stay:
    """The request, for whoever sent it. Raises NoSuchCase."""
    return await _stay(db, await cases.own_case(db, participant, case_id))


async def _stay(db: AsyncSession, case: Case) -> Stay:
    placement = await stored.locked(db, case.id)
    if placement is None:
        raise NoSuchCase
    return Stay(case, placement, terms_of(db, placement))


def terms_of(db: AsyncSession, placement: Placement) -> Terms | None:
    """The terms as they stand; None before there are any."""
    text = stored.terms_of(db, placement)
    return Terms.load(text) if text else None


# --- The coordinator -------------------------------------------------------------------------------------------------


async def set_terms(db: AsyncSession, staff_id: str, case_id: str, terms: Terms, now: datetime) -> Stay:
    """Propose a place, or other terms for one that was proposed: everybody is asked again.

    Raises NoSuchCase, NoSuchDepartment, NotPossibleNow and what placement_terms.check() raises.
    """
    stay = await of_staff(db, staff_id, case_id)
    placement_terms.check(terms, now.date())
    if terms.host not in {place.id for place in await organisation.places(db)}:
        raise NoSuchDepartment
    terms = await _as_agreed(db, stay, terms)
    if stay.terms == terms and stay.state != "submitted":
        return stay  # saved once more without a change: nobody is asked again
    await _call_off(db, stay, await _asked_now(db, stay), now)
    stored.write_terms(db, stay.placement, terms.dump())
    stay = replace(stay, terms=terms)
    return await take(
        db, stay, "coordinator", "offer" if stay.state == "submitted" else "change", now, staff_id=staff_id
    )


async def _as_agreed(db: AsyncSession, stay: Stay, terms: Terms) -> Terms:
    """Place and days of a swap are those that everybody in it has said yes to."""
    found = await stored_swaps.of_case(db, stay.case.id)
    if found is None or found[0].state != "agreed":
        return terms.alone()
    swap, member = found
    host = stored_swaps.host_of(db, member)
    return replace(terms, host=host, first=swap.first, last=swap.last, swap=swap.id.hex)


async def leave_swap(db: AsyncSession, case: Case, now: datetime) -> None:
    """The swap has come to nothing: what is left is a stay of its own, with other costs. Everybody is asked again."""
    placement = await stored.locked(db, case.id)
    terms = terms_of(db, placement) if placement else None
    if placement is None or terms is None or not terms.swap or placement.status not in IN_HAND:
        return
    stay = Stay(case, placement, terms.alone())
    await call_off(db, stay, now)
    stored.write_terms(db, placement, terms.alone().dump())
    await take(db, stay, "clock", "reopen", now)


async def coordinator_decides(
    db: AsyncSession, staff_id: str, case_id: str, decision: str, reason: str, now: datetime
) -> Stay:
    """Take a proposal back, or end a request with a reason. Raises NoSuchCase, NotPossibleNow, ReasonMissing."""
    stay = await of_staff(db, staff_id, case_id)
    if decision not in ("take_back", "close"):
        raise NotPossibleNow
    asked = await _asked_now(db, stay)
    await take(db, stay, "coordinator", decision, now, staff_id=staff_id, reason=reason)
    await _call_off(db, stay, asked, now)
    return stay


async def add_minutes(db: AsyncSession, staff_id: str, case_id: str, minutes: int) -> None:
    """Note time that the office has spent. Less than nothing takes a slip back. Raises NoSuchCase."""
    stay = await of_staff(db, staff_id, case_id)
    stay.placement.minutes = max(0, min(stay.placement.minutes + minutes, 100_000))


# --- The employee ----------------------------------------------------------------------------------------------------


async def accept_host(db: AsyncSession, participant: Participant, case_id: str, about: bytes, now: datetime) -> Stay:
    """The employee agrees that the host sees what is asked for, and asks it. No name.

    Raises NoSuchCase, NotPossibleNow, TermsChanged, TwoStaysAtOnce.
    """
    stay = await own(db, participant, case_id)
    terms = _agreeing(stay, "offered", about)
    await _check_alone(db, participant, stay, terms)
    await disclosures.agree(db, stay.placement, "host", terms.host, now)
    return await take(db, stay, "employee", "accept", now)


async def accept_manager(
    db: AsyncSession, participant: Participant, case_id: str, about: bytes, name: str, home: str, now: datetime
) -> Stay:
    """The employee agrees that their own manager is asked, and that the host learns the name once all have said yes.

    Raises NoSuchCase, NotPossibleNow, TermsChanged, TwoStaysAtOnce, NameMissing, NoSuchDepartment.
    """
    stay = await own(db, participant, case_id)
    terms = _agreeing(stay, "host_ready", about)
    name = check_name(name)
    if home == terms.host or home not in {place.id for place in await organisation.places(db)}:
        raise NoSuchDepartment
    await _check_alone(db, participant, stay, terms)
    person = stored.person_of(db, stay.placement)
    stored.write_person(db, stay.placement, person | {"name": name, "home": home})
    await disclosures.agree(db, stay.placement, "manager", home, now)
    await disclosures.agree(db, stay.placement, "host", terms.host, now, consent="host_approved")
    return await take(db, stay, "employee", "accept", now)


async def release_name(db: AsyncSession, participant: Participant, case_id: str, name: str, now: datetime) -> Stay:
    """Tell the coordinator one's name. Raises NoSuchCase, NotPossibleNow, NameMissing."""
    stay = await own(db, participant, case_id)
    if stay.state in ENDED:
        raise NotPossibleNow
    name = check_name(name)
    person = stored.person_of(db, stay.placement)
    stored.write_person(db, stay.placement, person | {"name": name})
    await disclosures.agree(db, stay.placement, "coordinator", stay.case.staff_id, now)
    await cases.tell_staff(db, stay.case, PlacementMoved(stay.case.id.hex, state=stay.state), now)
    return stay


async def employee_decides(
    db: AsyncSession, participant: Participant, case_id: str, decision: str, now: datetime
) -> Stay:
    """Say no to a proposal, take consent back, or withdraw. Raises NoSuchCase, NotPossibleNow."""
    stay = await own(db, participant, case_id)
    if decision not in ("refuse", "take_back", "withdraw"):
        raise NotPossibleNow
    asked = await _asked_now(db, stay)
    keeps_host = decision == "take_back" and stay.state in ("with_manager", "cleared")
    await take(db, stay, "employee", decision, now)
    lost = {"manager"} if keeps_host else {"host", "manager"}
    await _call_off(db, stay, asked & lost, now)
    for audience in sorted(lost):
        await disclosures.take_back(db, stay.placement, audience, now)
    return stay


# --- Host and manager ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a host or manager is asked, with what they may see and nothing else."""

    stay: Stay
    role: str
    wish: dict[str, Any]
    name: str
    decided: Decision | None
    """Their own decision about these terms, if they have made one."""

    @property
    def is_open(self) -> bool:
        """True while their yes or no counts."""
        return self.stay.state == {"host": "with_host", "manager": "with_manager"}[self.role]


async def asked_of(db: AsyncSession, staff_id: str) -> list[Asked]:
    """What waits for this person's yes or no, for themselves or as a deputy, the oldest first."""
    found = []
    for case, placement in await stored.in_states(db, ["with_host", "with_manager"]):
        role = "host" if placement.status == "with_host" else "manager"
        stay = Stay(case, placement, terms_of(db, placement))
        if staff_id in [person.id for person in await deciders(db, stay, role)]:
            found.append(await _asked(db, stay, role))
    return found


async def approved_of(db: AsyncSession, staff_id: str) -> list[Asked]:
    """The approved stays that this person has a part in, as a host or as a manager, for themselves or as a deputy."""
    found = []
    for case, placement in await stored.in_states(db, ["approved"]):
        stay = Stay(case, placement, terms_of(db, placement))
        for role in ("host", "manager"):
            if staff_id in [person.id for person in await deciders(db, stay, role)]:
                found.append(await _asked(db, stay, role))
    return found


async def for_coordinator(db: AsyncSession, staff_id: str, case_id: str) -> Asked:
    """A stay as its coordinator may see it: by the alias, unless the employee gave them the name. Raises NoSuchCase."""
    stay = await of_staff(db, staff_id, case_id)
    name = await disclosures.name_for(db, stay.placement, "coordinator", staff_id)
    return Asked(stay, "coordinator", stored.wish_of(db, stay.placement), name, None)


async def asked_by_link(db: AsyncSession, secret: str) -> Asked:
    """What the link asks. Raises NoSuchCase."""
    link = await stored.link(db, secret)
    placement = await stored.locked(db, link.case_id) if link else None
    case = await cases.by_id(db, link.case_id.hex) if link else None
    if link is None or placement is None or case is None:
        raise NoSuchCase
    return await _asked(db, Stay(case, placement, terms_of(db, placement)), link.role)


async def decide(
    db: AsyncSession, asked: Asked, decision: str, reason: str, about: bytes, now: datetime, staff_id: str | None
) -> Asked:
    """A host's or manager's one tap. A second tap changes nothing.

    Raises NotPossibleNow, TermsChanged, ReasonMissing.
    """
    stay = asked.stay
    if not asked.is_open or stay.terms is None:
        raise NotPossibleNow
    if stay.terms.fingerprint != about:
        raise TermsChanged
    if decision == "approve":
        placement_terms.check(stay.terms, min(now.date(), stay.terms.first))
    await take(db, stay, asked.role, decision, now, staff_id=staff_id, reason=reason)
    return await _asked(db, stay, asked.role)


async def make_link(db: AsyncSession, staff_id: str, case_id: str, role: str) -> str:
    """The secret of a link for whoever decides in this role, for the coordinator to pass on.

    Raises NoSuchCase, NotPossibleNow.
    """
    stay = await of_staff(db, staff_id, case_id)
    if stay.terms is None or stay.state != {"host": "with_host", "manager": "with_manager"}.get(role):
        raise NotPossibleNow
    secret = secrets.token_urlsafe(24)
    await stored.put_link(db, stay.placement, role, secret, stay.terms.fingerprint)
    return secret


async def deciders(db: AsyncSession, stay: Stay, role: str) -> Sequence[Staff]:
    """Who may say yes or no, the one who is asked first in front."""
    return await organisation.deciders(db, _department(db, stay, role))


def home_of(db: AsyncSession, placement: Placement) -> str:
    """The department that the employee comes from; empty before their manager may be asked."""
    return stored.person_of(db, placement).get("home", "")


def _department(db: AsyncSession, stay: Stay, role: str) -> str:
    if role == "manager":
        return home_of(db, stay.placement)
    return stay.terms.host if stay.terms else ""


async def _asked(db: AsyncSession, stay: Stay, role: str) -> Asked:
    department = _department(db, stay, role)
    fingerprint = stay.terms.fingerprint if stay.terms else b""
    made = [
        row
        for row in await stored.history(db, stay.case.id)
        if row.role == role and (row.fingerprint == fingerprint or row.decision == "refuse")
    ]
    may_see = await disclosures.is_live(db, stay.placement, role, department, disclosures.FACTS[role])
    may_name = role == "manager" or stay.state in ("approved", "done")
    return Asked(
        stay,
        role,
        stored.wish_of(db, stay.placement) if may_see else {},
        await disclosures.name_for(db, stay.placement, role, department) if may_name else "",
        made[-1] if made else None,
    )


# --- One step --------------------------------------------------------------------------------------------------------


async def take(
    db: AsyncSession,
    stay: Stay,
    role: str,
    decision: str,
    now: datetime,
    *,
    staff_id: str | None = None,
    reason: str = "",
) -> Stay:
    """Take one step of the table, keep it, and tell those it concerns. Raises NotPossibleNow, ReasonMissing."""
    found = move(stay.state, role, decision)
    if found is None:
        raise NotPossibleNow
    if found.needs_reason and reason not in REASONS:
        raise ReasonMissing
    await _check_approvals(db, stay, found)
    await _note(db, stay, role, decision, found, now.date(), staff_id, reason if found.needs_reason else "")
    await _tell(db, stay, role, reason if found.needs_reason else "", now)
    if found.to == "cleared" and stay.terms is not None:
        for one in await _all_cleared(db, stay):
            await take(db, one, "clock", "complete", now)
    return stay


async def _all_cleared(db: AsyncSession, stay: Stay) -> list[Stay]:
    """The stays that can be approved together: this one alone, or all of its swap, or none yet."""
    if stay.terms is None or not stay.terms.swap:
        return [stay]
    swap = await stored_swaps.get(db, uuid.UUID(stay.terms.swap))
    if swap is None or swap.state != "agreed":
        return []
    found = [stay]
    for member in await stored_swaps.members(db, swap.id):
        case, placement = await cases.by_id(db, member.case_id.hex), await stored.locked(db, member.case_id)
        if case is not None and placement is not None and placement.status == "cleared" and case.id != stay.case.id:
            found.append(Stay(case, placement, terms_of(db, placement)))
    return found if len(found) == swap.size else []


async def _note(
    db: AsyncSession, stay: Stay, role: str, decision: str, found: Move, today: date, staff_id: str | None, reason: str
) -> None:
    fingerprint = stay.terms.fingerprint if found.approves and stay.terms else None
    row = Decision(
        state=stay.state, role=role, decision=decision, became=found.to, staff_id=staff_id, reason=reason,
        fingerprint=fingerprint, made_on=today,
    )  # fmt: skip
    await stored.note_decision(db, stay.placement, row)
    stay.placement.status, stay.placement.since, stay.placement.rung = found.to, today, 0
    await db.flush()


def _agreeing(stay: Stay, state: str, about: bytes) -> Terms:
    """The terms that the employee says yes to here. A yes that is meant for another step counts for none."""
    if stay.state != state:
        raise NotPossibleNow
    return current_terms(stay, about)


def check_name(name: str) -> str:
    """The name as it is kept. Raises NameMissing."""
    if not name.strip():
        raise NameMissing
    return " ".join(name.split())[:LONGEST_NAME]


async def _check_approvals(db: AsyncSession, stay: Stay, found: Move) -> None:
    """Nothing is approved without a yes of host and manager to these very terms, with `ledelsesansvar` in them."""
    if found.to != "approved":
        return
    fingerprint = stay.terms.fingerprint if stay.terms else None
    yes = {row.role for row in await stored.history(db, stay.case.id) if fingerprint and row.fingerprint == fingerprint}
    if stay.terms is None or yes != {"host", "manager"}:
        raise NotPossibleNow
    placement_terms.check(stay.terms, min(stay.terms.first, date.max))


async def _check_alone(db: AsyncSession, participant: Participant, stay: Stay, terms: Terms) -> None:
    """Nobody is in two stays at once. Only the employee knows which cases are theirs, so it is checked at their yes."""
    mine = [case.id for case in await cases.own_cases(db, participant) if case.id != stay.case.id]
    for _, placement in await stored.of_cases(db, mine):
        other = terms_of(db, placement)
        if placement.status in TAKEN and other is not None and other.overlaps(terms):
            raise TwoStaysAtOnce


def current_terms(stay: Stay, about: bytes) -> Terms:
    """The terms, if they are still those with this fingerprint. Raises NotPossibleNow, TermsChanged."""
    if stay.terms is None:
        raise NotPossibleNow
    if stay.terms.fingerprint != about:
        raise TermsChanged
    return stay.terms


async def _tell(db: AsyncSession, stay: Stay, role: str, reason: str, now: datetime) -> None:
    case, state = stay.case, stay.state
    if state == "cleared":
        return  # either it goes on at once, or the swap tells
    if role != "coordinator":
        await cases.tell_staff(db, case, PlacementMoved(case.id.hex, state=state, why=reason), now)
    if role != "employee":
        news = StayOver(case.id.hex) if state == "done" else StayNews(case.id.hex, state=state, why=reason)
        await cases.tell_employee(db, case, news, now)
    if state in ("with_host", "with_manager"):
        await _ask(db, stay, "host" if state == "with_host" else "manager", now)
    if state == "approved":
        for one in ("host", "manager"):
            await tell_deciders(db, stay, one, StayApproved(case.id.hex), now)
    if state == "refused":
        await tell_deciders(db, stay, "host", StayOff(case.id.hex), now)
    if state in CLOSES_CASE:
        await cases.close(db, case, now)


async def _ask(db: AsyncSession, stay: Stay, role: str, now: datetime) -> None:
    await tell_deciders(db, stay, role, DecisionAsked(stay.case.id.hex), now)


async def tell_deciders(db: AsyncSession, stay: Stay, role: str, notice: Notice, now: datetime) -> None:
    """Tell whoever decides in this role; their deputy while they are on leave. With nobody known the board shows it."""
    person = await on_duty(db, await deciders(db, stay, role), now)
    if person is not None:
        await outbox.put(db, f"staff:{person.id}", notice.kind, notice.ids, due_at=now)


async def on_duty(db: AsyncSession, people: Sequence[Staff], now: datetime) -> Staff | None:
    """The first of these who is not on leave; the first of all if all are."""
    today = now.astimezone(calendar.ZONE).date()
    for person in people:
        leave = await calendar.leave_of(db, person.id, today)
        if not any(one.first <= today <= one.last for one in leave):
            return person
    return people[0] if people else None


async def call_off(db: AsyncSession, stay: Stay, now: datetime) -> None:
    """Tell host and manager, if they have been asked about these terms, that they need not answer any more."""
    await _call_off(db, stay, await _asked_now(db, stay), now)


async def _asked_now(db: AsyncSession, stay: Stay) -> set[str]:
    """Who of host and manager has been asked about the terms as they stand, whether or not they have answered."""
    asked: set[str] = set()
    for row in await stored.history(db, stay.case.id):
        if row.became in ("submitted", "offered"):
            asked = set()
        asked |= {role for state, role in (("with_host", "host"), ("with_manager", "manager")) if row.became == state}
    return asked


async def _call_off(db: AsyncSession, stay: Stay, roles: set[str], now: datetime) -> None:
    """Tell host and manager who had been asked that it is off, or must be decided again."""
    for role in sorted(roles):
        await tell_deciders(db, stay, role, StayOff(stay.case.id.hex), now)
