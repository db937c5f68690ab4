"""An appointment as a file for a calendar: when, and nothing that tells what it is about."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

from aiohttp import web
from icalendar import Calendar, Event

from guidance.calendar import ZONE
from guidance.placement_terms import LONGEST_STAY

_NAME = re.compile(r"(\d{8}T\d{4})-(\d{1,3})", re.ASCII)
LONGEST = 240
"""Minutes. A longer one is no session of ours."""


def routes() -> list[web.RouteDef]:
    """What stands where."""
    # The days of a stay first: their name would not be read as a time.
    return [web.get(r"/calendar/{days:\d{8}-\d{8}}.ics", download_days), web.get("/calendar/{name}.ics", download)]


async def download_days(request: web.Request) -> web.Response:
    """Whole days, for the two departments of a stay that is approved."""
    try:
        first, last = (datetime.strptime(one, "%Y%m%d").date() for one in request.match_info["days"].split("-"))
    except ValueError as wrong:
        raise web.HTTPNotFound from wrong
    if not 0 <= (last - first).days <= LONGEST_STAY:
        raise web.HTTPNotFound
    return _answer(whole_days(first, last))


async def download(request: web.Request) -> web.Response:
    """The file. It is made from its address alone, so that nobody needs to be looked up for it."""
    found = _NAME.fullmatch(request.match_info["name"])
    try:
        starts = datetime.strptime(found[1], "%Y%m%dT%H%M").replace(tzinfo=ZONE) if found else None
    except ValueError:
        starts = None
    if found is None or starts is None or not 0 < int(found[2]) <= LONGEST:
        raise web.HTTPNotFound
    return _answer(calendar_file(starts, timedelta(minutes=int(found[2]))))


def _answer(file: bytes) -> web.Response:
    return web.Response(
        body=file,
        content_type="text/calendar",
        charset="utf-8",
        headers={"Content-Disposition": "attachment; filename=aftale.ics"},
    )


def calendar_file(starts: datetime, length: timedelta) -> bytes:
    """A private event called "Aftale", without people, place or text: colleagues may see the calendar."""
    return _file("Aftale", starts, starts + length)


def whole_days(first: date, last: date) -> bytes:
    """An event called "Ophold" on these days, without people, place or text."""
    return _file("Ophold", first, last + timedelta(days=1))


def _file(title: str, begins: date, ends: date) -> bytes:
    event = Event()
    event.add("uid", str(uuid.uuid4()))
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    calendar = Calendar()
    calendar.add("prodid", "-//Sporskifte//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
