"""How a test leaves the browser."""

from playwright.sync_api import BrowserContext


def leave(context: BrowserContext) -> None:
    """Close what one person had opened, from blank pages.

    Chromium may say yes and close nothing when a page is going somewhere at that instant (a page
    that refreshes itself, a form just sent), and Playwright then waits for ever
    (https://github.com/microsoft/playwright/issues/42366).
    """
    for page in context.pages:
        page.goto("about:blank")
    context.close()
