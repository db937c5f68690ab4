"""What somebody sees of their own affairs at a glance, where a channel has a place for it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.flow import Button, Line, Plain, Reply, Say
from guidance import appointments, cases
from guidance.cases import Participant

SHORTCUTS = (
    ("button.book", "book"),
    ("button.placement", "placement"),
    ("button.career", "career.ask"),
    ("button.mine", "always.mine"),
    ("button.privacy", "privacy"),
    ("button.menu", "menu"),
)


async def overview(db: AsyncSession, participant: Participant, now: datetime) -> Reply:
    """The open cases by their aliases, the next appointment, and shortcuts. No subject, no name, nothing written."""
    rows: list[tuple[Line, object]] = []
    if coming := await appointments.mine(db, participant, now):
        rows.append((Say("overview.next"), min(one.slot.starts_at for one in coming)))
    open_ones = [case for case in await cases.own_cases(db, participant) if case.state == "open"]
    rows += [(Plain(case.alias), Say(f"overview.case_{case.kind}")) for case in open_ones]
    buttons = (
        *(_write_in(case.alias, case.id.hex) for case in open_ones),
        *(Button(Say(label), do=verb) for label, verb in SHORTCUTS),
    )
    return Reply("overview.title" if rows else "overview.nothing", facts=rows, buttons=buttons)


def _write_in(alias: str, case_id: str) -> Button:
    return Button(Say("overview.write", {"alias": alias}), do="chats.reply", args={"case": case_id})
