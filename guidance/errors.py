"""Refusals with names. Each says by its key which text the person reads."""

from typing import Any


class GuidanceError(Exception):
    """Something could not be done, for a reason the person should hear. The turn's work is undone."""

    key = "error.guidance"
    ends_flow = False
    """True when asking the same question again cannot help."""

    def __init__(self, **values: Any) -> None:
        super().__init__(self.key)
        self.values = values


class SlotTaken(GuidanceError):
    """Somebody else was quicker."""

    key = "error.slot_taken"


class TooManyOpenCases(GuidanceError):
    """This person has as many open cases as one person can have."""

    key = "error.too_many_cases"
    ends_flow = True


class NoSuchCase(GuidanceError):
    """The case is erased, closed, or not this person's."""

    key = "error.no_such_case"
    ends_flow = True


class CaseClosed(GuidanceError):
    """The case has ended."""

    key = "error.case_closed"
    ends_flow = True


class MessageTooLong(GuidanceError):
    """The message is longer than the chat carries."""

    key = "error.message_too_long"


class NothingWritten(GuidanceError):
    """The message is empty."""

    key = "error.nothing_written"


class NobodyToAsk(GuidanceError):
    """No one of the career office can take this."""

    key = "error.nobody_to_ask"
    ends_flow = True


class DateInThePast(GuidanceError):
    """The stay would begin before today."""

    key = "error.date_in_the_past"


class DateNotUnderstood(GuidanceError):
    """What was written as a date is none."""

    key = "error.date_not_understood"
