"""Refusals with names. Each says by its key which text the person reads."""

from typing import Any


class GuidanceError(Exception):
    """Something could not be done, for a reason the person should hear. The turn's work is undone."""

    key = "error.guidance"
    ends_flow = False
    """True when asking the same question again cannot help."""
    beside = False
    """True when it was not an answer to the open question that failed, but something begun beside it."""

    def __init__(self, **values: Any) -> None:
        super().__init__(self.key)
        self.values = values


class SlotTaken(GuidanceError):
    """Somebody else was quicker."""

    key = "error.slot_taken"


class TooManyOpenCases(GuidanceError):
    """This person has as many open cases as one person can have. The draft stays: they may end one and go on."""

    key = "error.too_many_cases"


class Blocked(GuidanceError):
    """An advisor has kept this person out for a while."""

    key = "error.blocked"
    ends_flow = True


class TooManyMessages(GuidanceError):
    """More messages in an hour than anybody reads."""

    key = "error.too_many_messages"


class NoSuchCase(GuidanceError):
    """The case is erased, closed, or not this person's."""

    key = "error.no_such_case"
    ends_flow = True


class CaseClosed(GuidanceError):
    """The case has ended."""

    key = "error.case_closed"
    ends_flow = True


class StaffGone(GuidanceError):
    """The member of staff who has the case does not work here any more. Nothing is changed: the case can be read."""

    key = "error.staff_gone"
    ends_flow = True


class MessageTooLong(GuidanceError):
    """The message is longer than the chat carries."""

    key = "error.message_too_long"


class NothingWritten(GuidanceError):
    """The message is empty."""

    key = "error.nothing_written"


class NothingChosen(GuidanceError):
    """The question needs one of its answers."""

    key = "error.nothing_chosen"


class WishTooLong(GuidanceError):
    """What was written is longer than a wish carries."""

    key = "error.wish_too_long"


class NobodyToAsk(GuidanceError):
    """No one of the career office can take this. The draft stays: somebody may be there later."""

    key = "error.nobody_to_ask"


class DateInThePast(GuidanceError):
    """The stay would begin before today."""

    key = "error.date_in_the_past"


class DateNotUnderstood(GuidanceError):
    """What was written as a date is none."""

    key = "error.date_not_understood"


class TooLateToRemind(GuidanceError):
    """The moment to be reminded at has passed."""

    key = "error.too_late_to_remind"


class NobodyAllowed(GuidanceError):
    """No colleague may take this case."""

    key = "error.nobody_allowed"


class HoursNotUnderstood(GuidanceError):
    """What was written as working hours is none."""

    key = "error.hours_not_understood"


class HoursOverlap(GuidanceError):
    """Two spans of the same day overlap."""

    key = "error.hours_overlap"


class DayNotUnderstood(GuidanceError):
    """The day has been, or is none."""

    key = "error.day_not_understood"


class LeaveBackwards(GuidanceError):
    """The leave ends before it begins, is over, or is longer than any leave."""

    key = "error.leave_backwards"


class NumberOutOfRange(GuidanceError):
    """A number is smaller or larger than it can be."""

    key = "error.number_out_of_range"


class WayNeedsDetails(GuidanceError):
    """A way to meet was chosen without the number or the place that it needs."""

    key = "error.way_needs_details"


class PassageGone(GuidanceError):
    """The link to the web chat was used, is too old, or never was one."""

    key = "error.passage_gone"


class EndBeforeStart(GuidanceError):
    """The stay ends before it begins."""

    key = "error.end_before_start"


class StayTooLong(GuidanceError):
    """No stay lasts this long: it must be a slip."""

    key = "error.stay_too_long"


class ResponsibilityMissing(GuidanceError):
    """Who instructs, to whom illness is reported, or who follows up on incidents is not said."""

    key = "error.responsibility_missing"


class ChangedMeanwhile(GuidanceError):
    """Somebody else has saved in between."""

    key = "error.changed_meanwhile"


class NotPossibleNow(GuidanceError):
    """The request has gone on meanwhile, so this decision changes nothing."""

    key = "error.not_possible_now"
    ends_flow = True


class TermsChanged(GuidanceError):
    """The terms are others than those that the decision was about."""

    key = "error.terms_changed"
    ends_flow = True


class ReasonMissing(GuidanceError):
    """A no needs a reason."""

    key = "error.reason_missing"


class TwoStaysAtOnce(GuidanceError):
    """The employee has said yes to another stay on the same days."""

    key = "error.two_stays_at_once"


class NameMissing(GuidanceError):
    """Without a name nobody can say yes to a stay."""

    key = "error.name_missing"


class NoSuchDepartment(GuidanceError):
    """The department is none that we know."""

    key = "error.no_such_department"


class TenureNotUnderstood(GuidanceError):
    """No length of time was read in what was typed."""

    key = "error.tenure_not_understood"


class RequestNotUsable(GuidanceError):
    """A request for a stay wishes for nothing, or its dates leave no room for it."""

    key = "error.request_not_usable"


class PinUnknown(GuidanceError):
    """A swap was pinned for a request that is not open."""

    key = "error.pin_unknown"


class PinsContradict(GuidanceError):
    """What is pinned is also left out, kept apart or declined, or somebody is pinned into two rings."""

    key = "error.pins_contradict"


class PinnedRingImpossible(GuidanceError):
    """A ring was pinned that the wishes, professions, times or the longest ring do not allow."""

    key = "error.pinned_ring_impossible"


class PinsCannotMeet(GuidanceError):
    """No answer places all requests that are pinned."""

    key = "error.pins_cannot_meet"


class PinsNotInTime(GuidanceError):
    """No answer that places all requests that are pinned was found in the time given."""

    key = "error.pins_not_in_time"
