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
class AppointmentReminder(Notice):
    """To the employee, who wanted it: your session is soon."""

    kind = "appointment_reminder"


@dataclass(frozen=True)
class RemarkWritten(Notice):
    """To the advisor: the employee has noted something for the session."""

    kind = "remark_written"


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
class CaseHandedOver(Notice):
    """To the staff: a colleague has handed the case over, or could not keep it."""

    kind = "case_handed_over"


@dataclass(frozen=True)
class SomebodyWaits(Notice):
    """To the office: somebody wants to talk to an advisor, and none can take them."""

    kind = "somebody_waits"


@dataclass(frozen=True)
class CaseSilent(Notice):
    """To whoever has the case, and later to the office: the employee has had no answer for long."""

    kind = "case_silent"
    number: int = 0
    """Of the message that has had no answer."""


@dataclass(frozen=True)
class AdvisorChanged(Notice):
    """To the employee: somebody else has the case from now on."""

    kind = "advisor_changed"


@dataclass(frozen=True)
class AcuteHelp(Notice):
    """To the employee: the staff is worried, and where help is."""

    kind = "acute_help"


@dataclass(frozen=True)
class NobodyLeft(Notice):
    """To the employee: nobody is left who may have the case. It is looked for somebody."""

    kind = "nobody_left"


@dataclass(frozen=True)
class WaitsNoLonger(Notice):
    """To the office: the employee has left the waiting list."""

    kind = "waits_no_longer"


@dataclass(frozen=True)
class TimesProposed(Notice):
    """To the employee: the advisor proposes other times."""

    kind = "times_proposed"
    slots: tuple[str, ...] = ()
    """Hexadecimal ids of times."""


@dataclass(frozen=True)
class TimesAreFree(Notice):
    """To an employee who waits: there are advisors with free times now."""

    kind = "times_are_free"


@dataclass(frozen=True)
class CaseEnded(Notice):
    """To the employee: the staff has ended the case."""

    kind = "case_ended"


@dataclass(frozen=True)
class CaseEndedByEmployee(Notice):
    """To the staff: the employee has ended the case."""

    kind = "case_ended_by_employee"


@dataclass(frozen=True)
class PlacementSubmitted(Notice):
    """To the coordinator: a new wish for a stay."""

    kind = "placement_submitted"


@dataclass(frozen=True)
class PlacementMoved(Notice):
    """To the coordinator: the request has come into another state."""

    kind = "placement_moved"
    state: str = ""
    why: str = ""
    """Reason of a no: the key of a text."""


@dataclass(frozen=True)
class StayNews(Notice):
    """To the employee: the request has come into another state."""

    kind = "stay_news"
    state: str = ""
    why: str = ""


@dataclass(frozen=True)
class DecisionAsked(Notice):
    """To a host or manager: please say yes or no."""

    kind = "decision_asked"


@dataclass(frozen=True)
class DecisionsWait(Notice):
    """To a host or manager: so many requests wait for your yes or no."""

    kind = "decisions_wait"
    count: int = 1


@dataclass(frozen=True)
class DecisionLate(Notice):
    """To the coordinator: a host or manager has not answered in time."""

    kind = "decision_late"


@dataclass(frozen=True)
class StayOff(Notice):
    """To a host or manager who had been asked: it comes to nothing, or must be decided again."""

    kind = "stay_off"


@dataclass(frozen=True)
class StayApproved(Notice):
    """To host and manager: everybody has said yes."""

    kind = "stay_approved"


@dataclass(frozen=True)
class SwapAsked(Notice):
    """To the employee: somebody could change places with you. Would you?"""

    kind = "swap_asked"
    swap: str = ""


@dataclass(frozen=True)
class SwapOff(Notice):
    """To the employee: the swap came to nothing."""

    kind = "swap_off"


@dataclass(frozen=True)
class SwapNone(Notice):
    """To the employee: there is nobody to change places with yet."""

    kind = "swap_none"


@dataclass(frozen=True)
class SwapReady(Notice):
    """To the coordinator: everybody in a swap has said yes."""

    kind = "swap_ready"


@dataclass(frozen=True)
class StayOver(Notice):
    """To the employee: how was the stay?"""

    kind = "stay_over"


KINDS: dict[str, type[Notice]] = {
    kind.kind: kind
    for kind in (
        AcuteHelp,
        AdvisorChanged,
        AppointmentBooked,
        AppointmentMoved,
        AppointmentReminder,
        RemarkWritten,
        AppointmentCancelled,
        CaseEnded,
        CaseEndedByEmployee,
        CaseErased,
        CaseHandedOver,
        CaseSilent,
        MessageToStaff,
        MessageToEmployee,
        NobodyLeft,
        DecisionAsked,
        DecisionLate,
        DecisionsWait,
        PlacementMoved,
        PlacementSubmitted,
        StayNews,
        StayApproved,
        StayOff,
        StayOver,
        SwapAsked,
        SwapNone,
        SwapOff,
        SwapReady,
        SomebodyWaits,
        TimesAreFree,
        TimesProposed,
        WaitsNoLonger,
    )
}


def read(kind: str, ids: dict[str, Any]) -> Notice:
    """The notice that was put in the outbox."""
    return KINDS[kind](**ids)
