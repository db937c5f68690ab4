"""Which region? Asked once, when a service needs it, and answered honestly where the service is not switched on."""

from collections.abc import Awaitable, Callable

from dialogs.flow import Button, Flow, Plain, Reply, Say, Step, Turn
from guidance import organisation


class RegionQuestion:
    """The question as a step of a flow. `service` is what the region must have: advice or placements."""

    def __init__(self, flow: Flow, service: str, then: Callable[[Turn], Awaitable[Step]]) -> None:
        self._service = service
        self._then = then
        step = flow.step()(self.choose_region)
        self.step = step
        step.answer(self._chosen)

    async def next_step(self, turn: Turn) -> Step | Reply:
        """The question, or what comes after it if the region is known."""
        return await self._go_on(turn) if turn.state.region else self.step

    async def choose_region(self, turn: Turn) -> Reply:
        """Where does the employee work?"""
        names = await organisation.region_names(turn.db)
        buttons = tuple(Button(Plain(name), value={"region": region}) for region, name in names.items())
        return Reply("region.choose", buttons=buttons)

    async def _chosen(self, turn: Turn) -> Step | Reply:
        turn.state.region = str(turn.value["region"])
        return await self._go_on(turn)

    async def _go_on(self, turn: Turn) -> Step | Reply:
        if await organisation.has_service(turn.db, turn.state.region, self._service):
            return await self._then(turn)
        name = (await organisation.region_names(turn.db)).get(turn.state.region, turn.state.region)
        turn.state.region = ""  # asked again next time: perhaps it was a slip
        return Reply(f"region.no_{self._service}", {"region": name}, buttons=(Button(Say("button.menu"), do="menu"),))
