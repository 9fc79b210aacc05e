"""Whether the system killed processes for want of memory: its own count of them, read before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

__all__ = ["OomKills"]

GROUPS = Path("/sys/fs/cgroup")
COUNT = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class OomKills:
    """A count of killed processes, and what it stood at: that of one control group, or of the whole machine without groups."""

    counter: Path
    before: int

    @classmethod
    def around(cls, pid: int, *, proc: Path = Path("/proc"), groups: Path = GROUPS) -> Self | None:
        """The count that a running process would be in; None where the system keeps none that can be read."""
        for counter in (*_of_groups(_read(proc / str(pid) / "cgroup"), groups), proc / "vmstat"):
            if (before := _count(counter)) is not None:
                return cls(counter=counter, before=before)
        return None

    def happened(self) -> bool | None:
        """Whether anything of it was killed since; None when that can no longer be told."""
        now = _count(self.counter)
        return None if now is None else now > self.before


def _of_groups(told: str, groups: Path) -> Iterator[Path]:
    """Where the process's groups may count, of either version; in a container its own group may be mounted as the root."""
    for line in told.splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            yield from (folder / "memory.events" for folder in (groups / path.lstrip("/"), groups))
        elif "memory" in controllers.split(","):
            root = groups / controllers
            yield from (folder / "memory.oom_control" for folder in (root / path.lstrip("/"), root))


def _count(counter: Path) -> int | None:
    found = COUNT.search(_read(counter))
    return int(found[1]) if found else None


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
