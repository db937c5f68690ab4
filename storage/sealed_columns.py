"""Every column that holds something sealed, in one place: what is not listed here would be left behind by a new key.

A test walks through all tables and fails for a column of bytes that stands in neither list.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import InstrumentedAttribute

from storage.appointments import Appointment
from storage.articles import PassageVector
from storage.asked import AskedWords
from storage.blocks import Block
from storage.cases import Case, Envelope, UsedAlias
from storage.chats import Message
from storage.conversations import Conversation, Heard
from storage.database import KeyCheck
from storage.organisation import SignInLink
from storage.passages import Passage
from storage.placements import Decision, DecisionLink, Placement
from storage.slack import SlackEvent, SlackInstallation
from storage.swaps import SwapMember


@dataclass(frozen=True)
class SealedColumn:
    """A column, and what its values are bound to: a purpose, and the ids of their row."""

    attribute: InstrumentedAttribute[Any]
    purpose: str
    ids: tuple[InstrumentedAttribute[Any], ...]

    @property
    def column(self) -> Column[Any]:
        """The column in its table."""
        found: Column[Any] = self.table.c[self.attribute.key]
        return found

    @property
    def table(self) -> Table:
        """The table."""
        found: Table = self.attribute.class_.__table__
        return found

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """The columns of its primary key."""
        return tuple(self.table.primary_key.columns)

    def context(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What a value of this row is bound to."""
        return tuple(_spelled(row[one.key]) for one in self.ids)


def _spelled(value: uuid.UUID | bytes | str) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


SEALED = (
    SealedColumn(Envelope.sealed, "identity", (Envelope.case_id,)),
    SealedColumn(Case.conflict, "conflict", (Case.id,)),
    SealedColumn(Case.note, "note", (Case.id,)),
    SealedColumn(Message.sealed, "message", (Message.case_id, Message.id)),
    SealedColumn(Appointment.remark, "remark", (Appointment.id,)),
    SealedColumn(Placement.sealed, "placement", (Placement.case_id,)),
    SealedColumn(Placement.terms, "terms", (Placement.case_id,)),
    SealedColumn(Placement.person, "person", (Placement.case_id,)),
    SealedColumn(SwapMember.sealed, "swap", (SwapMember.set_id, SwapMember.case_id)),
    SealedColumn(Conversation.sealed, "conversation", (Conversation.tag,)),
    SealedColumn(AskedWords.sealed, "asked", (AskedWords.tag,)),
    SealedColumn(SlackInstallation.sealed, "slack_tokens", (SlackInstallation.team,)),
    SealedColumn(SlackEvent.sealed, "slack_event", (SlackEvent.tag,)),
)

NOT_SEALED = (
    Case.owner_tag,
    UsedAlias.tag,
    Block.tag,
    Conversation.tag,
    Heard.tag,
    AskedWords.tag,
    Passage.tag,
    SlackEvent.tag,
    SignInLink.tag,
    DecisionLink.tag,
    DecisionLink.fingerprint,
    Decision.fingerprint,
    KeyCheck.fingerprint,
    PassageVector.digest,
    PassageVector.vector,
)
"""Columns of bytes that need no key to be read: tags, fingerprints, and the numbers of the search."""
