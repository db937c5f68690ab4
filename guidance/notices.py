"""What somebody must be told: a kind and ids, never words."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Notice:
    """News of a case. `case_id` is the hexadecimal id of the case."""

    kind: ClassVar[str]
    case_id: str

    @property
    def ids(self) -> dict[str, Any]:
        """What the outbox keeps."""
        return asdict(self)


@dataclass(frozen=True)
class AppointmentBooked(Notice):
    """To the advisor: a new case with a time."""

    kind = "appointment_booked"


@dataclass(frozen=True)
class AppointmentMoved(Notice):
    """To the advisor: the employee has chosen another time."""

    kind = "appointment_moved"


@dataclass(frozen=True)
class AppointmentCancelled(Notice):
    """To the advisor: the employee has cancelled."""

    kind = "appointment_cancelled"


@dataclass(frozen=True)
class CaseErased(Notice):
    """To the staff: the employee has erased the case. The alias is all that is left to name it by."""

    kind = "case_erased"
    alias: str = ""


@dataclass(frozen=True)
class MessageToStaff(Notice):
    """To the staff: the employee has written."""

    kind = "message_to_staff"
    number: int = 0


@dataclass(frozen=True)
class MessageToEmployee(Notice):
    """To the employee: the staff has written."""

    kind = "message_to_employee"
    number: int = 0


@dataclass(frozen=True)
class PlacementSubmitted(Notice):
    """To the coordinator: a new wish for a stay."""

    kind = "placement_submitted"


@dataclass(frozen=True)
class PlacementWithdrawn(Notice):
    """To the coordinator: the employee has taken the wish back."""

    kind = "placement_withdrawn"


KINDS: dict[str, type[Notice]] = {
    kind.kind: kind
    for kind in (
        AppointmentBooked,
        AppointmentMoved,
        AppointmentCancelled,
        CaseErased,
        MessageToStaff,
        MessageToEmployee,
        PlacementSubmitted,
        PlacementWithdrawn,
    )
}


def read(kind: str, ids: dict[str, Any]) -> Notice:
    """The notice that was put in the outbox."""
    return KINDS[kind](**ids)
