"""Frames of a kernel socket: read with every bound checked, and judged by what they would make the kernel do."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

__all__ = ["Frame", "MalformedFrame", "is_widget_talk", "read_legacy", "read_v1"]

_PARTS = 1_000
_WIDGET_TALK = frozenset({"kernel_info_request", "comm_info_request", "comm_msg", "comm_close"})


class MalformedFrame(ValueError):
    """Bytes that are no kernel message."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A kernel message and the channel it is for."""

    channel: str
    header: dict[str, Any]
    parent_header: dict[str, Any]
    metadata: dict[str, Any]
    content: dict[str, Any]
    buffers: tuple[bytes, ...]

    @property
    def type(self) -> str:
        """The type of the message."""
        return str(self.header.get("msg_type", ""))


def read_v1(data: bytes | str) -> Frame:
    """A frame of `v1.kernel.websocket.jupyter.org`: a count, that many offsets, the channel, four parts, and buffers."""
    if not isinstance(data, bytes) or len(data) < 8:
        raise MalformedFrame("a binary frame is wanted")
    count = int.from_bytes(data[:8], "little")
    if not 6 <= count <= _PARTS or 8 * (count + 1) > len(data):
        raise MalformedFrame("the count of parts is out of bounds")
    offsets = [int.from_bytes(data[8 * (index + 1) : 8 * (index + 2)], "little") for index in range(count)]
    channel, header, parent, metadata, content, *buffers = _slices(data, offsets, start=8 * (count + 1))
    parts = [_object(part) for part in (header, parent, metadata, content)]
    return _frame(_text(channel), *parts, buffers=tuple(buffers))


def read_legacy(data: bytes | str) -> Frame:
    """A frame of the older protocol: JSON, or a count, that many offsets, JSON and buffers."""
    if isinstance(data, str):
        return _from_json(_object(data.encode()), ())
    if len(data) < 4:
        raise MalformedFrame("the frame is too short")
    (count,) = struct.unpack("!I", data[:4])
    if not 1 <= count <= _PARTS or 4 * (count + 1) > len(data):
        raise MalformedFrame("the count of parts is out of bounds")
    offsets = [*struct.unpack(f"!{count}I", data[4 : 4 * (count + 1)]), len(data)]
    message, *buffers = _slices(data, offsets, start=4 * (count + 1))
    return _from_json(_object(message), tuple(buffers))


def is_widget_talk(frame: Frame) -> bool:
    """Whether a frame only talks to widgets that are there: it starts no code of the sender's."""
    if frame.channel != "shell":
        return False
    if frame.type == "comm_open":
        return frame.content.get("target_name") == "jupyter.widget.control"
    return frame.type in _WIDGET_TALK


def _slices(data: bytes, offsets: list[int], *, start: int) -> list[bytes]:
    if offsets[0] < start or offsets[-1] > len(data) or any(low > high for low, high in pairwise(offsets)):
        raise MalformedFrame("an offset is out of bounds")
    return [data[low:high] for low, high in pairwise(offsets)]


def _from_json(message: dict[str, Any], buffers: tuple[bytes, ...]) -> Frame:
    channel = message.get("channel") or "shell"
    names = ("header", "parent_header", "metadata", "content")
    parts = [_part(message.get(name)) for name in names]
    return _frame(channel, *parts, buffers=buffers)


def _frame(channel: Any, *parts: dict[str, Any], buffers: tuple[bytes, ...]) -> Frame:
    header, parent_header, metadata, content = parts
    if not isinstance(channel, str) or not isinstance(header.get("msg_type"), str):
        raise MalformedFrame("a message needs a channel and a type")
    return Frame(channel=channel, header=header, parent_header=parent_header, metadata=metadata, content=content, buffers=buffers)


def _part(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedFrame("a part of the message is no object")
    return value


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise MalformedFrame("a part of the message is no JSON") from None
    return _part(value)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedFrame("the channel is no text") from None
