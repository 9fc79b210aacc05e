"""How the store reaches its bytes: one narrow set of operations, on a local folder or on any fsspec URL."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import lazy_loader

from aurelius_kernel.durable import flush, storage_errors
from aurelius_kernel.errors import CorruptArtifact, InvalidField

__all__ = ["Files", "FolderFiles", "UrlFiles", "content_path", "open_files", "read_json"]

fsspec = lazy_loader.load("fsspec")

UNFINISHED = "unfinished"


class Files(Protocol):
    """Whole files by relative path with `/`; a file is there completely or not at all."""

    def read(self, path: str) -> bytes:
        """The content; raises FileNotFoundError."""

    def write(self, path: str, content: bytes) -> None:
        """Make or replace the file in one step; raises StorageUnavailable."""

    def append(self, path: str, lines: bytes) -> None:
        """Add lines to a file that only grows; several processes may do so at once. Raises StorageUnavailable."""

    def lines(self, path: str) -> list[bytes]:
        """The lines of a file that only grows, oldest first; none when it does not exist."""

    def freshen(self, path: str) -> None:
        """Let the file count as written now; raises FileNotFoundError."""

    def exists(self, path: str) -> bool:
        """Whether the file is there."""

    def names(self, folder: str) -> list[str]:
        """The sorted names of the files and folders directly in `folder`; none when it does not exist."""

    def written_at(self, path: str) -> datetime:
        """When the file was written, in UTC; raises FileNotFoundError."""

    def delete(self, path: str) -> None:
        """Remove the file; nothing happens when it is not there."""

    def unfinished(self) -> list[str]:
        """The paths of what writes that were cut off have left behind."""


def open_files(location: str | Path) -> Files:
    """The files at a folder, a `file://` URL or any other URL that fsspec knows."""
    text = str(location)
    if text.startswith("file://"):
        return FolderFiles(Path(text.removeprefix("file://")))
    return UrlFiles(text) if "://" in text else FolderFiles(Path(text))


def content_path(address: str) -> str:
    """Where in the store the bytes of that hash are."""
    return f"objects/{address[:2]}/{address}"


def read_json(files: Files, path: str) -> Any:
    """The JSON in a file of the store's own; raises CorruptArtifact when it is not JSON."""
    try:
        return json.loads(files.read(path))
    except ValueError as error:
        raise CorruptArtifact(f"The store's file {path} cannot be read: {error}.") from error


class FolderFiles:
    """A local folder; writes survive a crash of the process and of the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()

    def __repr__(self) -> str:
        return f"FolderFiles({str(self.folder)!r})"

    def read(self, path: str) -> bytes:
        """The content; raises FileNotFoundError."""
        return (self.folder / path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        """Write under a temporary name, flush it to the disk, then give it its name."""
        target = self.folder / path
        with storage_errors(self.folder):
            self._make_folder(self.folder / UNFINISHED)
            self._make_folder(target.parent)
            unfinished = self.folder / UNFINISHED / f"{os.getpid()}-{secrets.token_hex(8)}"
            try:
                unfinished.write_bytes(content)
                flush(unfinished)
                unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)
            flush(target.parent)

    def append(self, path: str, lines: bytes) -> None:
        """Write the lines in one call, which a killed process cannot cut in two; what a full disk cut off stays on its own line.

        Nothing waits for the disk: a machine that loses its power may lose the last lines.
        """
        target, written = self.folder / path, b"\n" + lines + b"\n"
        with storage_errors(self.folder):
            self._make_folder(target.parent)
            descriptor = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                if os.write(descriptor, written) < len(written):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(descriptor)

    def lines(self, path: str) -> list[bytes]:
        """The lines, without empty ones."""
        with contextlib.suppress(FileNotFoundError):
            return [line for line in self.read(path).split(b"\n") if line]
        return []

    def freshen(self, path: str) -> None:
        """Let the file count as written now."""
        with storage_errors(self.folder):
            os.utime(self.folder / path)

    def exists(self, path: str) -> bool:
        """Whether the file is there."""
        return (self.folder / path).is_file()

    def names(self, folder: str) -> list[str]:
        """The sorted names directly in `folder`."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return sorted(entry.name for entry in (self.folder / folder).iterdir())
        return []

    def written_at(self, path: str) -> datetime:
        """When the file was written, in UTC."""
        return datetime.fromtimestamp((self.folder / path).stat().st_mtime, UTC)

    def delete(self, path: str) -> None:
        """Remove the file."""
        with storage_errors(self.folder):
            (self.folder / path).unlink(missing_ok=True)

    def unfinished(self) -> list[str]:
        """The temporary files of writes under way, or cut off."""
        return [f"{UNFINISHED}/{name}" for name in self.names(UNFINISHED)]

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        missing = [part for part in (folder, *folder.parents) if not part.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for part in missing:
            flush(part.parent)


class UrlFiles:
    """Any file system of fsspec; object stores make a file visible only when it is complete."""

    def __init__(self, url: str) -> None:
        try:
            self.system, self.root = fsspec.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise InvalidField.of("AURELIUS_STORE", f"({url}) cannot be opened: {error}") from error

    def read(self, path: str) -> bytes:
        """The content; raises FileNotFoundError."""
        content: bytes = self.system.cat_file(self._at(path))
        return content

    def write(self, path: str, content: bytes) -> None:
        """Put the whole object."""
        with storage_errors(Path(self.root)):
            self.system.makedirs(self._at(path).rpartition("/")[0], exist_ok=True)
            self.system.pipe_file(self._at(path), content)

    def append(self, path: str, lines: bytes) -> None:
        """Put an object of its own: object stores cannot add to one."""
        self.write(f"{path}/{time.time_ns():020d}-{secrets.token_hex(4)}", lines)

    def lines(self, path: str) -> list[bytes]:
        """The lines of all the objects."""
        return [line for name in self.names(path) for line in self.read(f"{path}/{name}").split(b"\n") if line]

    def freshen(self, path: str) -> None:
        """Put the same object again: object stores know no other way."""
        self.write(path, self.read(path))

    def exists(self, path: str) -> bool:
        """Whether the object is there."""
        return bool(self.system.isfile(self._at(path)))

    def names(self, folder: str) -> list[str]:
        """The sorted names directly in `folder`."""
        with contextlib.suppress(FileNotFoundError):
            found = self.system.ls(self._at(folder), detail=False, refresh=True)
            return sorted(str(entry).rstrip("/").rpartition("/")[2] for entry in found)
        return []

    def written_at(self, path: str) -> datetime:
        """When the object was written, in UTC."""
        written: datetime = self.system.modified(self._at(path))
        return written.astimezone(UTC)

    def delete(self, path: str) -> None:
        """Remove the object."""
        with storage_errors(Path(self.root)), contextlib.suppress(FileNotFoundError):
            self.system.rm_file(self._at(path))

    def unfinished(self) -> list[str]:
        """Nothing: an interrupted upload leaves no object."""
        return []

    def _at(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}"
