"""How Jupyter and Voilà must be set up for our doors to be the only ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["JUPYTER", "TEMPLATES", "configuration_file"]

TEMPLATES = Path(__file__).parent / "templates"

JUPYTER: dict[str, dict[str, Any]] = {
    "ServerApp": {
        "identity_provider_class": "server_ext.doors.identity.AureliusIdentityProvider",
        "authorizer_class": "server_ext.doors.authorizer.AureliusAuthorizer",
        "kernel_manager_class": "server_ext.doors.kernels.OwnedKernelManager",
        "session_manager_class": "server_ext.doors.kernels.OwnedSessionManager",
        "kernel_websocket_connection_class": "server_ext.doors.kernel_socket.GuardedKernelConnection",
        "allow_unauthenticated_access": False,
        "allow_remote_access": True,
        "jpserver_extensions": {"server_ext": True, "jupyter_scheduler": False},
        "tornado_settings": {"compress_response": True},
    },
    "LabApp": {
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "news_url": None,
        "extension_manager": "readonly",
    },
    "KernelProvisionerFactory": {"default_provisioner_name": "aurelius"},
    "MappingKernelManager": {
        "default_kernel_name": "aurelius",
        "cull_idle_timeout": 1_800,
        "cull_interval": 60,
        "cull_connected": False,
    },
    "VoilaConfiguration": {
        "file_allowlist": [],
        "file_denylist": [".*"],
        "strip_sources": True,
        "show_tracebacks": False,
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "template": "aurelius",
        "extension_allowlist": [
            "@voila-dashboards/widgets-manager8",
            "@jupyter-widgets/jupyterlab-manager",
            "bqplot",
            "bqscales",
            "anywidget",
        ],
    },
}
"""What `aurelius serve` sets, and what the installed `jupyter_server_config.json` says for a plain `jupyter lab`.

JupyterLab asks nobody outside for news, newer versions or extensions.
Remote access is Jupyter's word for not checking the Host header: ours is checked at the identity provider, by our own list.
"""


def configuration_file() -> str:
    """The file that is installed under `etc/jupyter`."""
    return json.dumps(JUPYTER, indent=2) + "\n"
