"""What axe-core finds wrong with a page."""

from axe_playwright_python.base import AXE_FILE_PATH

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")


async def violations(page):
    """What axe-core calls serious or critical on the page as it is now, and of its colours at night."""
    await page.evaluate(AXE)  # not a script element: the page's own rules would refuse it
    found = await page.evaluate("async () => (await axe.run({resultTypes: ['violations'], preload: false})).violations")
    await page.emulate_media(color_scheme="dark")
    found += await page.evaluate("async () => (await axe.run({runOnly: ['color-contrast']})).violations")
    await page.emulate_media(color_scheme="light")
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
