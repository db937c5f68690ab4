"""An appointment as a file for a calendar: when, and nothing that tells what it is about."""

import re
import uuid
from datetime import UTC, datetime, timedelta

from aiohttp import web
from icalendar import Calendar, Event

from guidance.calendar import ZONE

_NAME = re.compile(r"(\d{8}T\d{4})-(\d{1,3})", re.ASCII)
LONGEST = 240
"""Minutes. A longer one is no session of ours."""


def routes() -> list[web.RouteDef]:
    """What stands where."""
    return [web.get("/calendar/{name}.ics", download)]


async def download(request: web.Request) -> web.Response:
    """The file. It is made from its address alone, so that nobody needs to be looked up for it."""
    found = _NAME.fullmatch(request.match_info["name"])
    try:
        starts = datetime.strptime(found[1], "%Y%m%dT%H%M").replace(tzinfo=ZONE) if found else None
    except ValueError:
        starts = None
    if found is None or starts is None or not 0 < int(found[2]) <= LONGEST:
        raise web.HTTPNotFound
    return web.Response(
        body=calendar_file(starts, timedelta(minutes=int(found[2]))),
        content_type="text/calendar",
        charset="utf-8",
        headers={"Content-Disposition": "attachment; filename=aftale.ics"},
    )


def calendar_file(starts: datetime, length: timedelta) -> bytes:
    """A private event called "Aftale", without people, place or text: colleagues may see the calendar."""
    event = Event()
    event.add("uid", str(uuid.uuid4()))
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", starts)
    event.add("dtend", starts + length)
    event.add("summary", "Aftale")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    calendar = Calendar()
    calendar.add("prodid", "-//Sporskifte//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
