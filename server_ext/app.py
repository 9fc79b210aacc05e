"""The composition root: settings, platform, routes and doors, put into one Jupyter server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from aurelius_kernel.errors import AureliusError
from aurelius_kernel.lab.zygote import Keeper
from server_ext.accounts import service
from server_ext.cli.version import version
from server_ext.dashboards import configured, framed, routes
from server_ext.doors.identity import AureliusIdentityProvider
from server_ext.doors.pages import ApiPage, HomePage, RegisterPage
from server_ext.doors.paths import LEAVING, LeavingPath
from server_ext.events.socket import EventSocket
from server_ext.following import follow
from server_ext.generation.reflexions import keep_concluding
from server_ext.jobs.queue import is_unfinished
from server_ext.lab import TutorialsDoor, page_told
from server_ext.mail.sending import keep_mailing
from server_ext.ops.watchdog import Watchdog
from server_ext.orchestrator.service import keep_following
from server_ext.overview.telling import keep_telling
from server_ext.platform import Platform, settle
from server_ext.routes import ROUTES
from server_ext.schedules.firing import keep_firing
from server_ext.settings import Settings, forget_secrets
from server_ext.tending import tend
from server_ext.web.api import Api
from server_ext.web.connections import let_rest
from server_ext.web.document import document

__all__ = ["AureliusApp"]

_PAGES = [(r"/register", RegisterPage), (r"/home", HomePage), (r"/docs/api", ApiPage), (r"/tutorials", TutorialsDoor)]


class AureliusApp(ExtensionApp):  # type: ignore[misc]  # jupyter_server has no types
    """Aurelius, as Jupyter loads it."""

    name = "server_ext"
    load_other_extensions = True

    platform: Platform
    tasks: list[asyncio.Task[None]]
    keeper: Keeper

    def initialize(self) -> None:
        """Put everything in place, or end the process: Jupyter would go on without us, its doors half ours."""
        try:
            super().initialize()
        except Exception as error:  # whatever it is, no server may run
            self.log.critical("Aurelius could not start", exc_info=not isinstance(error, AureliusError))
            self._refuse(getattr(error, "message", str(error)))

    def initialize_settings(self) -> None:
        """Start the platform."""
        self._require_our_doors()
        settings = Settings.read()
        forget_secrets(os.environ)
        self.platform = Platform.start(settings, host=self.serverapp.ip, folder=Path(self.serverapp.root_dir))
        self.tasks = []
        self.platform.openapi.update(document(ROUTES, version()))
        self.settings["aurelius_platform"] = self.platform
        self.settings["page_config_hook"] = page_told
        voila = self.serverapp.config.VoilaConfiguration
        voila.prelaunch_hook, voila.page_config_hook = framed, configured

    def initialize_handlers(self) -> None:
        """Put every route and page in place."""
        socket = (r"/ws", EventSocket, {"platform": self.platform})
        dashboards = routes(self.serverapp, self.platform.settings.dashboards)
        self.handlers.extend([(LEAVING, LeavingPath), *_PAGES, socket, *dashboards])
        Api(ROUTES, self.platform, self.serverapp.web_app).install()

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:  # noqa: ARG002  # the base's signature
        platform = self.platform
        lasting = [
            Watchdog().run(),
            platform.sockets.watch(),
            tend(platform),
            platform.hub.run(),
            self._run_jobs(),
            keep_firing(platform),
            keep_mailing(platform),
            follow(platform, keep_concluding),
            follow(platform, keep_following),
            follow(platform, keep_telling),
        ]
        if platform.bus is not None:
            lasting.append(platform.bus.run(platform.hub.wake))
        self.tasks = [asyncio.create_task(work) for work in lasting]
        self.keeper = Keeper()
        if platform.settings.warm_kernels:
            self.keeper.start()
        await self._announce()
        let_rest(self.serverapp.http_server)
        settle()

    async def stop_extension(self) -> None:
        """Finish what was begun."""
        self.platform.hub.close_all("the server stops")
        self.keeper.stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.platform.close()

    async def _run_jobs(self) -> None:
        """Keep up what runs jobs: from now on where the settings say so or jobs wait already, else from the first one on."""
        platform = self.platform
        unfinished = await platform.database.read(is_unfinished)
        await platform.jobs.run(self._url(), at_once=platform.settings.jobs_at_start or unfinished)

    async def _announce(self) -> None:
        """Say where the server is, and how the first account is made."""
        url = self._url()
        print(f"Aurelius is ready at {url}/", flush=True)  # noqa: T201  # what `aurelius serve` says on standard output
        if token := await self.platform.database.write(service.create_setup_link):
            print(f"Make the first account, an admin: {url}/register?invitation_token={token}", flush=True)  # noqa: T201  # once

    def _url(self) -> str:
        """Where people, and the kernels of jobs, find this server."""
        return str(self.platform.settings.public_url.rstrip("/") or self.serverapp.connection_url.rstrip("/"))

    def _require_our_doors(self) -> None:
        if not isinstance(self.serverapp.identity_provider, AureliusIdentityProvider):
            self._refuse("Jupyter's own token guards this server, not Aurelius's accounts: start it by `aurelius serve`.")

    def _refuse(self, message: str) -> None:
        """End the process."""
        self.log.critical(message)
        self.serverapp.exit(1)
