"""Make `.venv` hold what requirements.lock names, and the project itself, ready to run.

Needs Python 3.11 or later with venv and pip, and a package registry. The work is done once for a given lock, project
file and interpreter; a second run sees that and returns at once. Two runs at the same time wait for each other.
To change the interpreter, remove `.venv` first.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "setup.stamp"
OLDEST = (3, 11)
PATIENCE = 3600.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
GET_CHROMIUM = "apt-get update && apt-get install -y --no-install-recommends chromium"

# Where a mirror or a certificate is known to pip only, uv is told of it by the names on the right.
PIP_TO_UV = {
    "cert": "SSL_CERT_FILE",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}
# Settings that would send the packages elsewhere than into .venv, or run code of another environment.
MISLEADING = (
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_SYSTEM_PYTHON",
    "VIRTUAL_ENV",
)


def main() -> int:
    """Set the project up unless that was done already; 0 when `.venv` is ready, 1 with a sentence when it is not."""
    if sys.version_info < OLDEST:
        return refuse(f"Python {sys.version.split()[0]} is too old: 3.11 or later is needed; name one by PYTHON=python3.12.")
    with one_at_a_time():
        if is_ready():
            return 0
        environment = clean_environment(os.environ)
        try:
            install(environment)
        except (subprocess.SubprocessError, OSError) as problem:
            return refuse(f"The setup stopped: {problem}")
        find_chromium()
        warm_up(environment)
        write_stamp()
    say("Ready.")
    return 0


def is_ready() -> bool:
    """True when `.venv` was made from this lock, this project file, this place and this interpreter."""
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp()


def stamp() -> str:
    """One line that changes with whatever the content of `.venv` depends on."""
    digest = hashlib.sha256(str(ROOT).encode())
    shared = sorted(path for folder in ("etc", "share") for path in (ROOT / folder).rglob("*") if path.is_file())
    for path in (LOCK, ROOT / "pyproject.toml", VENV / "pyvenv.cfg", Path(__file__), *shared):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_stamp() -> None:
    """Say that everything before was done; a run that was killed leaves no stamp."""
    unfinished = STAMP.with_suffix(".part")
    unfinished.write_text(stamp(), encoding="utf-8")
    unfinished.replace(STAMP)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of this checkout; the system frees it when the process ends, however it ends."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another setup is at work here; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def clean_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would mislead an install into `.venv`; registry settings stay."""
    return {name: value for name, value in given.items() if name not in MISLEADING}


def install(environment: Mapping[str, str]) -> None:
    """Make `.venv`, then put the locked packages and the project into it, byte-code compiled."""
    STAMP.unlink(missing_ok=True)
    make_venv(environment)
    uv = get_uv(environment)
    say("Installing the locked packages …")
    try:
        run([*uv, "--requirement", str(LOCK)], registry_for_uv(environment))
    except subprocess.CalledProcessError:
        say("uv could not; pip tries with its own settings …")
        run([*get_pip(environment), "--requirement", str(LOCK)], environment)
    run([*uv, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], environment)
    run([str(PYTHON), "-m", "compileall", "-q", "aurelius_kernel", "server_ext"], environment)


def make_venv(environment: Mapping[str, str]) -> None:
    """Create `.venv`, or leave it when its interpreter runs, is new enough and knows this place as its own."""
    if venv_is_sound():
        return
    say(f"Making .venv with Python {sys.version.split()[0]} …")
    try:
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], environment)
    except subprocess.CalledProcessError as problem:
        raise OSError("Python's venv module does not work; on Debian: apt-get install python3-venv") from problem


def venv_is_sound() -> bool:
    """True when `.venv` can be kept; one that was copied from elsewhere or lost its interpreter cannot."""
    ask = f"import sys; print(sys.prefix if sys.version_info >= {OLDEST} else '')"
    try:
        answer = subprocess.run([PYTHON, "-I", "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == str(VENV)


def get_uv(environment: Mapping[str, str]) -> list[str]:
    """The command that installs by uv: the one in `.venv`, else one on the path, else the locked one fetched by pip."""
    own = VENV / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        say("Fetching uv …")
        run([*get_pip(environment), locked("uv")], environment)
        found = str(own)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    return [found, "pip", "install", *quiet, "--python", str(PYTHON), "--compile-bytecode"]


def get_pip(environment: Mapping[str, str]) -> list[str]:
    """The command that installs by the pip of `.venv`, which is put there when another tool made `.venv` without it."""
    if not (VENV / "bin" / "pip").exists():
        run([str(PYTHON), "-m", "ensurepip", "--upgrade"], environment)
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def locked(package: str) -> str:
    """The line of the lock that pins `package`."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return next(line.split(" ;")[0] for line in lines if line.startswith(f"{package}=="))


def registry_for_uv(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with the registry settings that pip is given, in variables or in its files, under uv's names."""
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return under_uv_names(dict(pip_settings(listed.stdout.splitlines())), environment)


def under_uv_names(told: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with pip's settings in it; what uv was told itself goes first, and of pip's indexes all or none are taken."""
    names = {PIP_TO_UV[key]: value for key, value in told.items() if key in {"cert", "trusted-host"}}
    if "index-url" in told and not any(name.startswith("UV_") and "INDEX" in name for name in environment):
        indexes = {PIP_TO_UV[key]: value for key, value in told.items()}
        names |= {"UV_INDEX_STRATEGY": "unsafe-best-match", **indexes}  # pip's own: the best version of any index
    return {**names, **environment}


def pip_settings(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Key and value of each line of `pip config list` that uv has a word for, such as `global.index-url='…'`."""
    for line in lines:
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in PIP_TO_UV:
            yield key, " ".join(str(ast.literal_eval(value)).split())


def find_chromium() -> None:
    """Install Chromium where that needs no question, else say how; pages are printed and tested with it."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say(f"No Chromium was found; on Debian it comes by: sudo sh -c '{GET_CHROMIUM}'")
        return
    say("Installing Chromium …")
    command = GET_CHROMIUM.replace("apt-get", "apt-get -qq -o DPkg::Lock::Timeout=120")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(["sh", "-c", command], env=quiet, stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=True)
    except (OSError, subprocess.SubprocessError):
        say(f"Chromium could not be installed; try: {GET_CHROMIUM}")


def warm_up(environment: Mapping[str, str]) -> None:
    """Compile what Numba compiles once a machine; a failure costs only time later, so it is told and no more."""
    say("Compiling the engine …")
    try:
        run([str(VENV / "bin" / "aurelius"), "warmup"], environment, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        say("The engine was not compiled ahead; the first run will be slower.")


def run(command: Sequence[str], environment: Mapping[str, str], *, capture_output: bool = False) -> None:
    """Run the command without a terminal; raises when it fails or never ends."""
    subprocess.run(
        command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=capture_output, timeout=PATIENCE, check=True
    )


def say(sentence: str) -> None:
    """Tell what is going on."""
    print(sentence, flush=True)


def refuse(sentence: str) -> int:
    """Tell why it stops, and the exit code that says so."""
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
