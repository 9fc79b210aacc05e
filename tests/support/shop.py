"""A server at work: with bars in its catalogue, and notebooks of its users in its folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.notebooks import write_notebook
from tests.support.running import Server
from tests.support.warm import warm

OWN = {
    "quick": ["number: int = 3\nword: str = 'x'", "print('the number is', number, word)"],
    "sleepy": ["seconds: float = 60.0", "print('asleep', flush=True)\nimport time\ntime.sleep(seconds)"],
    "wrong": ["number: int = 3", "print('before')\nraise ValueError('no such luck')"],
    "caller": [
        "number: int = 3",
        (
            "import os\nimport aurelius_kernel as ak\ntoken = os.environ['AURELIUS_TOKEN']\n"
            "print(ak.Client(os.environ['AURELIUS_URL'], token=token).verify().email, token)"
        ),
    ],
    "whoami": ["number: int = 3", "import os\nprint(sorted(os.environ))\nprint(os.environ['AURELIUS_OWNER'])"],
}


def open_shop(folder: Path) -> Server:
    """A running server with everything that jobs need."""
    whole_session = {"AURELIUS_ACCESS_TOKEN_SECONDS": "3600"}  # its people sign in once, and tests may take longer than ten minutes
    server = Server(folder, {**warm(), **whole_session, "AURELIUS_JOB_WORKERS": "2", "CANARY_SECRET": "canary-value"})
    research = folder / "notebooks/research"
    for name, (parameters, work) in OWN.items():
        write_notebook(research / f"{name}.ipynb", parameters, work)
    (folder / "outside.ipynb").write_text((research / "quick.ipynb").read_text())
    (research / "link.ipynb").symlink_to(folder / "outside.ipynb")
    (folder / "notebooks-x").mkdir()
    (folder / "notebooks-x/sibling.ipynb").write_text((research / "quick.ipynb").read_text())
    environment = {**os.environ, "AURELIUS_HOME": str(folder / "home")}
    subprocess.run([sys.executable, "-m", "server_ext.cli", "data", "samples"], env=environment, capture_output=True, check=True)
    return server.start()
