"""Everything that is stored about a person, for that person and nobody else: the right of access of GDPR article 15."""

import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import appointments, blocks, cases, chats, organisation, outbox, passages, placements, swaps
from storage.cases import Case
from storage.participants import Participant

Data = dict[str, Any]
Part = Callable[[AsyncSession, Case], Coroutine[Any, Any, Any]]

SECRET = "*"  # noqa: S105  # a mark, not a password
"""Stands where something is kept that is of no use to anybody outside: tags, locked addresses, fingerprints."""


async def everything(db: AsyncSession, participant: Participant, today: date) -> Data:
    """The person's cases with all that hangs on them, as plain values that JSON can hold. Times are in UTC."""
    found = [await _case(db, case) for case in await cases.owned(db, participant)]
    until = await blocks.until(db, participant, today)
    return {"cases": found, "blocked_until": until.isoformat() if until else None}


async def _case(db: AsyncSession, case: Case) -> Data:
    data: Data = {
        "alias": case.alias,
        "kind": case.kind,
        "state": case.state,
        "opened_on": case.opened_on.isoformat(),
        "closed_on": case.closed_on.isoformat() if case.closed_on else None,
        "language": case.locale,
        "with": await _name(db, case.staff_id),
        "alias_fingerprint": SECRET,
        "owner_tag": SECRET,
    }
    return data | {table: await part(db, case) for table, part in PARTS.items()}


async def _conflict(db: AsyncSession, case: Case) -> Data:
    kept_from = cases.kept_from(db, case)
    units = {unit.id: unit.name for unit in await organisation.units(db)}
    return {
        "workplace": units.get(kept_from.workplace, kept_from.workplace) or None,
        "not_with": [await _name(db, staff_id) for staff_id in kept_from.ruled_out],
    }


async def _address(db: AsyncSession, case: Case) -> str:
    return SECRET  # where the bot writes to them, locked: they know it


async def _messages(db: AsyncSession, case: Case) -> list[Data]:
    return [
        {
            "number": one.number,
            "from": one.side,
            "text": one.text,
            "said_at": _moment(one.said_at),
            "delivery": one.delivery,
        }
        for one in await chats.thread(db, case.id)
    ]


async def _appointments(db: AsyncSession, case: Case) -> list[Data]:
    return [
        {
            "starts_at": _moment(slot.starts_at),
            "ends_at": _moment(slot.ends_at),
            "topic": one.topic or None,
            "way": one.way,
            "status": one.status,
            "remind_at": _moment(one.remind_at) if one.remind_at else None,
            "note_for_the_advisor": appointments.remark_of(db, one) or None,
        }
        for one, slot in await appointments.all_of(db, case.id)
    ]


async def _wish(db: AsyncSession, case: Case) -> Data | None:
    placement = await placements.get(db, case.id)
    if placement is None:
        return None
    told = placements.person_of(db, placement)
    return {"status": placement.status, **placements.wish_of(db, placement), "told_of_yourself": told}


async def _terms(db: AsyncSession, case: Case) -> Data | None:
    placement = await placements.get(db, case.id)
    terms = placements.terms_of(db, placement) if placement else ""
    return json.loads(terms) if terms else None


async def _decisions(db: AsyncSession, case: Case) -> list[Data]:
    return [
        {"by": row.role, "decision": row.decision, "state": row.became, "reason": row.reason, "on": str(row.made_on)}
        for row in await placements.history(db, case.id)
    ]


async def _disclosures(db: AsyncSession, case: Case) -> list[Data]:
    return [
        {"told": row.told, "audience": row.audience, "facts": row.facts, "taken_back": row.taken_back,
         "on": str(row.made_on), "wording": row.wording}
        for row in await placements.disclosures(db, case.id)
    ]  # fmt: skip


async def _swaps(db: AsyncSession, case: Case) -> list[Data]:
    return [
        {"state": swap.state, "first": str(swap.first), "last": str(swap.last), "your_answer": member.answer or None}
        for swap, member in await swaps.all_of_case(db, case.id)
    ]


async def _decision_links(db: AsyncSession, case: Case) -> str:
    return SECRET


async def _link(db: AsyncSession, case: Case) -> str | None:
    until = await passages.open_until(db, case.id)
    return _moment(until) if until else None


async def _on_the_way(db: AsyncSession, case: Case) -> int:
    return await outbox.count_about(db, case.id)


PARTS: dict[str, Part] = {
    "kept_from": _conflict,
    "identity_envelope": _address,
    "message": _messages,
    "appointment": _appointments,
    "placement": _wish,
    "placement_terms": _terms,
    "placement_decision": _decisions,
    "disclosure": _disclosures,
    "decision_link": _decision_links,
    "swap_member": _swaps,
    "passage": _link,
    "outbox": _on_the_way,
}
"""What hangs on a case, by its table; `kept_from` and the terms lie in other rows of it."""


async def _name(db: AsyncSession, staff_id: str) -> str | None:
    person = await organisation.staff_member(db, staff_id)
    return person.name if person else None


def _moment(moment: datetime) -> str:
    return moment.isoformat()


def tables() -> Sequence[str]:
    """The tables whose rows the file shows."""
    return [name for name in PARTS if name not in ("kept_from", "placement_terms")]
