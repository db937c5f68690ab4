"""Who is behind a case. Only the door, the sender and housekeeping may import this file (checked by `make test`)."""

import json
import uuid
from dataclasses import asdict
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from storage.cases import Envelope
from storage.database import keyring_of
from storage.participants import CASES_A_PERSON, Address, Participant
from storage.sealing import Keyring

ADDRESS_BLOCK = 2048
"""Sealed addresses are padded to this many bytes, so that a long name is as long as a short one."""


def participant_for(keyring: Keyring, address: Address) -> Participant:
    """Exchange a person for tags and a sealed return address."""
    now = keyring.still()
    owner = (address.channel, address.subject)
    tags = [now.tags("owner", *owner, str(number)) for number in range(CASES_A_PERSON)]
    return Participant(
        owner_tags=tuple(newest for newest, *_ in tags),
        seal_address=partial(_seal, keyring, address),
        root=now.tagging.active,
        older_tags=tuple(tag for _, *older in tags for tag in older),
    )


async def address_behind(db: AsyncSession, case_id: uuid.UUID) -> Address | None:
    """Open the envelope of a case. None if the case was erased. Raises SealBroken."""
    envelope = await db.get(Envelope, case_id)
    if envelope is None:
        return None
    plain = keyring_of(db).open("identity", (str(case_id),), envelope.sealed)
    return Address(**json.loads(plain))


def _seal(keyring: Keyring, address: Address, case_id: uuid.UUID) -> bytes:
    return keyring.seal("identity", (str(case_id),), json.dumps(asdict(address)).encode(), ADDRESS_BLOCK)
