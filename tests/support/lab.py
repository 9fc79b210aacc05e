"""JupyterLab in somebody's browser, with the panel of Aurelius."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

from tests.support.visits import Visit

PATIENCE = 60_000
SECTIONS = ("Jobs", "Strategies", "Schedules", "Events")


IS_DONE = """() => {
    const prompts = [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt")];
    return prompts.length > 0 && prompts.every((prompt) => /\\[\\d+\\]/.test(prompt.textContent));
}"""
"""Whether every cell that can run has its number."""


@dataclass
class Lab:
    """JupyterLab, opened."""

    visit: Visit
    sockets: list[WebSocketRoute] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, context: BrowserContext, url: str, notebook: str = "") -> Lab:
        """A page of it, with a notebook if one is named, as soon as it can be used."""
        lab = cls.about(Visit.of(context, url))
        lab.page.goto(f"{url}/lab{'/tree/' + notebook if notebook else ''}?reset")
        return lab.until_ready()

    @classmethod
    def about(cls, visit: Visit) -> Lab:
        """What will be opened by this visit."""
        lab = cls(visit)
        lab.page.route_web_socket("**/ws?events=*", lab._joined)
        return lab

    def _joined(self, socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        self.sockets.append(socket)

    @property
    def page(self) -> Page:
        return self.visit.page

    def until_ready(self) -> Lab:
        """Wait until Lab has restored its layout and the panel its connection."""
        self.page.wait_for_selector(".jp-LabShell", timeout=PATIENCE)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=PATIENCE)
        self.until_says("Live")
        return self

    def until_says(self, connection: str) -> None:
        """Wait until the status bar says how the connection is."""
        expect(self.page.locator(".aur-status")).to_contain_text(connection, timeout=PATIENCE)

    def run_all_cells(self) -> None:
        """Once there is a kernel choose Run, Run All Cells in the menu, and wait until that is done."""
        self.page.get_by_text("Aurelius | Idle").wait_for(timeout=PATIENCE)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(IS_DONE, timeout=4 * PATIENCE)

    def lose_connection(self) -> None:
        """Break the socket of events, as a bad network does."""
        self.sockets.pop().close(code=4000, reason="a bad network")

    def section(self, label: str) -> Locator:
        """A section of the side panel, which is shown if it was not."""
        if not self.page.locator("#aurelius").is_visible():
            self.page.click(".aur-status")
        return self.page.locator("#aurelius .aur-Section").nth(SECTIONS.index(label))

    def file(self, name: str) -> Locator:
        """A file in the file browser, which is shown if it was not."""
        if not self.page.locator("#filebrowser").is_visible():
            self.page.click("[data-id=filebrowser]")
        return self.page.locator("#filebrowser .jp-DirListing-item", has_text=name)

    def row(self, label: str, name: str) -> Locator:
        """The first row of a section that names something."""
        return self.section(label).locator("li", has_text=name).first

    def find_commands(self, words: str) -> Locator:
        """The commands that the palette finds."""
        self.page.keyboard.press("Control+Shift+C")
        self.page.fill("#modal-command-palette input", words)
        return self.page.locator("#modal-command-palette .lm-CommandPalette-item")

    def command(self, label: str) -> None:
        """Run a command by the palette."""
        self.find_commands(label)
        self.page.keyboard.press("Enter")

    def ask(self, button: str) -> Form:
        """Click on a button of the notebook's toolbar and wait for its form."""
        self.page.locator(".jp-NotebookPanel-toolbar:visible").get_by_text(button).click()
        self.page.wait_for_selector(".aur-Form", timeout=PATIENCE)
        return Form(self.page)

    def notice(self, text: str) -> Locator:
        """A notification that says something."""
        found = self.page.locator(".Toastify__toast", has_text=text).first
        found.wait_for(timeout=PATIENCE)
        return found


@dataclass
class Form:
    """A form of the panel in its dialog."""

    page: Page

    def fill(self, **texts: str) -> Form:
        """Put texts into the fields of parameters."""
        for name, text in texts.items():
            self.page.fill(f"[name='parameters.{name}']", text)
        return self

    def send(self) -> None:
        """Click on what sends it, and wait until it was taken."""
        self.page.click(".aur-Dialog .jp-mod-accept")
        self.page.wait_for_selector(".aur-Dialog", state="detached", timeout=PATIENCE)

    def send_in_vain(self) -> dict[str, str]:
        """Send what is refused, and give what is said at which field."""
        self.page.click(".aur-Dialog .jp-mod-accept")
        self.page.wait_for_selector(".aur-Dialog [role=alert]", timeout=PATIENCE)
        wrong = self.page.locator(".aur-field:has([aria-invalid=true])")
        return {one.locator("[name]").get_attribute("name"): one.locator(".aur-error").inner_text() for one in wrong.all()}
