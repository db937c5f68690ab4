"""What one stay costs the two departments, by the model that it was sent under. Without the office's own costs."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import costs, schemes
from guidance.placement_steps import Stay

_HOME, _HOST = "home", "host"


@dataclass(frozen=True)
class StayCosts:
    """Kroner for the department that is left and for the one that receives. The salary follows the employee."""

    home: Decimal
    host: Decimal
    known: bool
    """False as long as nobody has set a rate that these terms need: then nothing is said instead of 0."""
    in_swap: bool


async def of_stay(db: AsyncSession, stay: Stay) -> StayCosts | None:
    """The costs; None before there are terms."""
    if stay.terms is None:
        return None
    model = await schemes.by_number(db, stay.placement.region_id, stay.placement.scheme)
    shifts, hours = stay.terms.uncovered_shifts, stay.terms.introduction_hours
    rates = costs.Scheme(
        hours_per_shift=model.shift_hours,
        shifts_per_week=Decimal(0),  # the coordinator counts the shifts
        cover_rate=model.cover_rate,
        introduction_hours=hours,
        introduction_rate=model.introduction_rate,
    )
    in_swap = bool(stay.terms.swap)
    bill = costs.costs([costs.Stay(_HOME, _HOST, shifts, covered=in_swap)], rates).departments
    known = (model.cover_rate > 0 or shifts == 0 or in_swap) and (model.introduction_rate > 0 or hours == 0)
    return StayCosts(bill[_HOME].total, bill[_HOST].total, known, in_swap)
