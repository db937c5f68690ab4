"""What the bot says and asks. Pure Python: no platform, no SDK, no HTTP.

The table of contents: importing a flow here makes its steps, verbs and intents known.
"""

from dialogs import (
    always,
    appointments,
    ask,
    booking,
    career,
    chats,
    feedback,
    placements,
    privacy,
    private,
    stays,
    swaps,
)

FLOWS = (
    always.always,
    ask.articles,
    career.career,
    booking.booking,
    appointments.mine,
    chats.writing,
    feedback.after,
    placements.wishing,
    stays.own,
    swaps.swapping,
    privacy.data,
    private.private,
)
