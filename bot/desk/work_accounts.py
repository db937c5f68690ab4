"""The desk's pages for signing in with a work account: the way to Microsoft and back."""

from aiohttp import web

from bot.cookies import SealedCookie
from bot.desk import DeskTools
from bot.desk.entra import BACK, START, Account, Entra, NotLetIn, stale
from bot.desk.sign_in import SignIn, go_to, locale_of, page_of_the_desk, place_for
from dialogs.wording import say
from guidance import roles
from guidance.roles import Staff


class WorkAccountPages:
    """The way to Microsoft and back."""

    def __init__(self, tools: DeskTools, sign_in: SignIn, entra: Entra, flow: SealedCookie) -> None:
        """`flow` is what the browser keeps between going to Microsoft and coming back."""
        self._tools = tools
        self._sign_in = sign_in
        self._entra = entra
        self._flow = flow

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get(START, self.go, allow_head=False), web.get(BACK, self.come_back, allow_head=False)]

    async def go(self, request: web.Request) -> web.Response:
        """Lead the browser to Microsoft."""
        locale, place = locale_of(request), page_of_the_desk(request.query.get("next", ""))
        try:
            address, flow = await self._entra.begin()
        except NotLetIn as refusal:
            return await self._refuse(refusal, locale, place)
        response = go_to(address)
        self._flow.write(response, {"flow": flow, "next": place, "locale": locale}, self._tools.clock())
        return response

    async def come_back(self, request: web.Request) -> web.Response:
        """Let in whom Microsoft vouches for, if they have a place at the desk."""
        kept = self._flow.read(request, self._tools.clock())
        if kept is None:
            return await self._refuse(stale(), locale_of(request), "")
        locale, place = kept["locale"], kept["next"]
        try:
            account = await self._entra.finish(kept["flow"], request.query, self._tools.clock())
            person = await self._person(account)
        except NotLetIn as refusal:
            return await self._refuse(refusal, locale, place)
        # Not a redirect: at the end of a way that began at another site, browsers keep strict cookies to themselves.
        # A page of ours that goes on by itself is a beginning of its own.
        page = self._tools.templates.get_template("entered.html").render(locale=locale, place=place_for(person, place))
        response = web.Response(text=page, content_type="text/html")
        self._flow.clear(response)
        self._sign_in.let_in(response, person, locale)
        return response

    async def _person(self, account: Account) -> Staff:
        async with self._tools.transaction() as db:
            person = await roles.with_account(db, account.id, account.roles)
        if person is None:
            raise NotLetIn("desk.entra_unknown", account=account.id)
        return person

    async def _refuse(self, refusal: NotLetIn, locale: str, place: str) -> web.Response:
        status = 503 if refusal.key == "desk.entra_away" else 403
        return await self._sign_in.show(locale, place, error=say(locale, refusal.key, refusal.values), status=status)
