"""One dashboard: its frame is sent at once, and what its cells put out as soon as the kernel has run them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextvars import Context
from types import MappingProxyType
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import authenticated
from traitlets.config import Config
from voila.configuration import VoilaConfiguration
from voila.execute import VoilaExecutor
from voila.handler import BaseVoilaHandler
from voila.notebook_renderer import NotebookRenderer
from voila.utils import get_page_config

from server_ext.dashboards.code import CompiledOnce
from server_ext.dashboards.frame import configured
from server_ext.dashboards.scripts import Scripts
from server_ext.platform import platform_of

__all__ = ["DashboardPage"]

FAILED = (
    "<section class='state failed' role='alert'><h2>This dashboard could not be started</h2><p>Something went wrong before its"
    " first cell; the server's log says what.</p><p><a class='button' href=''>Try again</a></p></section>"
)
AGAIN_IN = 10
"""Seconds after which a browser that found no room asks again."""
PAUSE = 1.5
"""Seconds after a page in which its scripts have the processor for themselves, before another kernel is made ready."""
KERNEL = "aurelius"
READY_IN = 60
"""Seconds in which a kernel that was started must answer."""
CONNECTED: dict[str, Any] = {}
"""The connection to the kernel that waits for the next page."""
CODE = CompiledOnce()
LATER = {"AURELIUS_PARTS_LATER": "yes"}
DRAW_WAITING = "from aurelius_kernel.views.pages.live import draw_waiting; draw_waiting()"
"""What makes the parts of a page of ours that wait until it is sent, as `LATER` asks of them."""


class DashboardPage(BaseVoilaHandler):  # type: ignore[misc]  # voila has no types
    """Runs a notebook of the dashboards' folder on a kernel of its own and sends it as a page."""

    def initialize(self, *, voila: VoilaConfiguration, config: Config, template_paths: list[str], scripts: Scripts) -> None:
        """Take what Voilà would be given, and the scripts that the page loads."""
        super().initialize(voila_configuration=voila)
        self.traitlet_config, self.template_paths, self.scripts = config, template_paths, scripts
        self.kernel_id, self.left = "", False

    @authenticated
    async def get(self, file: str) -> None:
        """Send the page; 403 to who may not open it, 429 or 503 when there is no room for one more."""
        settings = platform_of(self).settings
        renderer = self._renderer(f"{settings.dashboards.strip('/')}/{file}")
        await renderer.initialize()
        renderer.exporter.environment.bytecode_cache = CODE
        ours = renderer.is_ours
        self.kernel_id = self.kernel_manager.reserve(self.current_user.actor, most=settings.dashboards_open, any_will_do=ours)
        renderer.page_config["kernel_id"] = self.kernel_id
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        started = asyncio.create_task(self._kernel(renderer))
        try:
            async for html, _ in renderer.generate_content_generator(self.kernel_id, started):
                self.write(html)
        except StreamClosedError:
            return
        except Exception:  # whatever it is, the page has begun and is to be brought to an end
            self.log.exception("The dashboard %s could not be started", file)
            self.write(FAILED)
            await self._end()
        await self.finish()
        self.kernel_manager.end_unless_visited(self.kernel_id)
        if settings.warm_kernels and ours:
            asyncio.get_running_loop().call_later(PAUSE, self._keep_spare, renderer.cwd)

    def _renderer(self, notebook: str) -> Dashboard:
        return Dashboard(
            request_handler=self, voila_configuration=self.voila_configuration, traitlet_config=self.traitlet_config,
            notebook_path=notebook, template_paths=self.template_paths, config_manager=self.config_manager,
            contents_manager=self.contents_manager, base_url=self.base_url, kernel_spec_manager=self.kernel_spec_manager,
            page_config=self._page_config(), mathjax_config="", mathjax_url="",
        )  # fmt: skip

    def _page_config(self) -> dict[str, Any]:
        """What the page's scripts are told; the same for every page, and read from a dozen files."""
        if "aurelius_page_config" not in self.settings:
            found = get_page_config(self.base_url, self.settings, self.log, self.voila_configuration)
            config = self.scripts.page_config(configured(found, base_url=self.base_url), self.base_url)
            self.settings["aurelius_page_config"] = config
        kept: dict[str, Any] = self.settings["aurelius_page_config"]
        return kept

    async def _kernel(self, renderer: Dashboard) -> Any:
        """The manager of this page's kernel, once it runs; what the address asks for is in its environment."""
        later = LATER if renderer.is_ours else {}
        asked = {"QUERY_STRING": str(self.request.query), "SCRIPT_NAME": str(self.request.path), **later}
        if self.kernel_id in self.kernel_manager:
            renderer.told = {**asked, **self.kernel_manager.identity(self.current_user.actor)}
        else:
            name, environment = renderer.notebook.metadata.kernelspec.name, {**os.environ, **asked}
            await self.kernel_manager.start_kernel(kernel_id=self.kernel_id, kernel_name=name, path=renderer.cwd, env=environment)
        if self.left:
            await self._end()
        return self.kernel_manager.get_kernel(self.kernel_id)

    def on_connection_close(self) -> None:
        """End the kernel of a visitor who did not wait for the page."""
        super().on_connection_close()
        self.left = True
        if self.kernel_id:
            asyncio.get_running_loop().create_task(self._end())

    def _keep_spare(self, folder: str) -> None:
        """Have a kernel wait for whoever comes next: in a context of its own, in which nobody asks."""
        asyncio.get_running_loop().create_task(_spare(self.kernel_manager, folder), context=Context())

    async def _end(self) -> None:
        await self.kernel_manager.end_dashboard(self.kernel_id)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what was wrong on a page of ours, and where there was no room, when to ask again."""
        if status_code in {429, 503}:
            self.set_header("Retry-After", str(AGAIN_IN))
        super().write_error(status_code, **kwargs)


async def _spare(kernels: Any, folder: str) -> None:
    """Make a kernel ready that nobody has yet, connected to and waited for."""

    async def connected(kernel_id: str) -> None:
        client = kernels.get_kernel(kernel_id).client()
        client.start_channels()
        await client.wait_for_ready(timeout=READY_IN)
        CONNECTED[kernel_id] = client

    for ended in [one for one in CONNECTED if one not in kernels]:
        CONNECTED.pop(ended).stop_channels()
    try:
        await kernels.keep_spare(connected, kernel_name=KERNEL, path=folder, env=dict(os.environ))
    except RuntimeError as error:
        kernels.log.warning("No kernel waits for the next dashboard: %s", error)


class Dashboard(NotebookRenderer):  # type: ignore[misc]  # voila has no types
    """Sends what there is before each wait: for the kernel, and for the end of each cell."""

    told: Mapping[str, str] = MappingProxyType({})
    """What a kernel that was there before is told first: who it is for, and what the address asks for."""

    @property
    def is_ours(self) -> bool:
        """Whether it runs on a kernel of ours, which may have waited for it and knows to draw what waits."""
        return bool(self.notebook.metadata.kernelspec.name == KERNEL)

    async def _jinja_kernel_start(self, nb: Any, kernel_id: str, kernel_future: Any) -> str:
        await self.request_handler.flush()
        manager = await kernel_future
        self.executor = VoilaExecutor(nb, km=manager, config=self.traitlet_config)
        self.executor.kc = CONNECTED.pop(kernel_id, None) or await self.executor.async_start_new_kernel_client()
        self.executor.kc.allow_stdin = False
        if self.told:
            self.executor.kc.execute(f"import os; os.environ.update({dict(self.told)!r})", silent=True, store_history=False)
        self.kernel_started = True
        return kernel_id

    async def _jinja_cell_generator(self, nb: Any, kernel_id: str) -> AsyncIterator[Any]:
        async for cell in super()._jinja_cell_generator(nb, kernel_id):
            yield cell
            await self.request_handler.flush()

    async def _cleanup_resources(self) -> None:
        if self.is_ours:
            self.executor.kc.execute(DRAW_WAITING, silent=True, store_history=False)
        await super()._cleanup_resources()
