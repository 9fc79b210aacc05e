"""`aurelius serve`: JupyterLab, the API and the dashboards behind one login, in the foreground."""

from __future__ import annotations

import hashlib
import logging
import warnings
from pathlib import Path
from typing import Any

import click
from jupyter_server.serverapp import JupyterServerAuthWarning, ServerApp
from traitlets.config import Config

from server_ext import logs
from server_ext.doors.configuration import JUPYTER, TEMPLATES
from server_ext.settings import Settings

__all__ = ["command", "configuration"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8888, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any free one.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(), help="The folder that notebooks see."
)
def command(host: str, port: int, *, no_browser: bool, folder: Path) -> None:
    """Run the platform until interrupted, and say when it is ready."""
    settings = Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    config = configuration(settings, host=host, port=port, folder=folder, open_browser=not no_browser)
    # Jupyter names every handler that is not its own; tests stand behind each of these doors.
    warnings.filterwarnings("ignore", category=JupyterServerAuthWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="traitlets")
    ServerApp.launch_instance(argv=[], config=Config(config))


def configuration(settings: Settings, *, host: str, port: int, folder: Path, open_browser: bool = False) -> dict[str, Any]:
    """Jupyter's configuration for this server."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    server: dict[str, Any] = {
        **JUPYTER["ServerApp"],
        "ip": host,
        "port": port,
        "port_retries": 0,
        "open_browser": open_browser,
        "root_dir": str(folder.absolute()),
        "default_url": "/home",
        "allow_root": True,
        # Jupyter calls "info" what is told of every page; ours tells of requests already.
        "log_level": max(logging.WARNING, level) if level > logging.DEBUG else level,
        "cookie_secret": hashlib.sha256(settings.cookie_secret.get_secret_value().encode()).digest(),
        "extra_template_paths": [str(TEMPLATES)],
        "websocket_ping_interval": 20_000,
    }
    if settings.tls_certificate and settings.tls_key:
        server |= {"certfile": str(settings.tls_certificate), "keyfile": str(settings.tls_key)}
    return {**JUPYTER, "ServerApp": server, "ExtensionApp": {"open_browser": open_browser}}
