"""What a machine can say of a page: barriers found by axe, sideways scrolling, weight."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, PHONE, DESK = 320, 390, 1280


def inspect(page: Page) -> None:
    """No barrier at two widths, and nothing to scroll sideways at the narrowest."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 844})
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    page.set_viewport_size({"width": NARROW, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, page.url
    page.set_viewport_size({"width": PHONE, "height": 844})


def weight_of(page: Page, address: str) -> float:
    """Bytes received to show a page, compressed as they travel."""
    received: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda one: received.append(one["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    assert len(received) >= 3
    return sum(received)
