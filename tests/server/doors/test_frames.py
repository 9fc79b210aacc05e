"""Frames of a kernel socket: the same as Jupyter reads, and nothing that is out of bounds."""

import contextlib
import json
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_server.services.kernels.connection.base import serialize_binary_message, serialize_msg_to_ws_v1

from server_ext.doors.frames import MalformedFrame, is_widget_talk, read_legacy, read_v1


def message(kind, content=None, **more):
    return {"header": {"msg_type": kind, "msg_id": "1"}, "parent_header": {}, "metadata": {}, "content": content or {}, **more}


def v1(kind, content=None, channel="shell", buffers=()):
    told = message(kind, content)
    parts = [json.dumps(told[name]).encode() for name in ("header", "parent_header", "metadata", "content")]
    return serialize_msg_to_ws_v1([*parts, *buffers], channel)


def legacy(kind, content=None, channel="shell", buffers=()):
    told = message(kind, content, channel=channel)
    return serialize_binary_message({**told, "buffers": list(buffers)}) if buffers else json.dumps(told)


READERS = [(read_v1, v1), (read_legacy, legacy)]


@pytest.mark.parametrize(("read", "write"), READERS)
@pytest.mark.parametrize("buffers", [(), (b"a", b"", b"ccc")])
def test_a_frame_is_read_as_it_was_written(read, write, buffers):
    frame = read(write("comm_msg", {"comm_id": "c", "data": {"x": 1}}, "shell", buffers))
    assert (frame.channel, frame.type, frame.content, frame.buffers) == (
        "shell",
        "comm_msg",
        {"comm_id": "c", "data": {"x": 1}},
        buffers,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1234",
        b"\xff" * 8,
        b"\x00" * 8,
        (2**62).to_bytes(8, "little"),
        (6).to_bytes(8, "little") + b"\xff" * 48,
        b"\xff" * 64,
        "text",
    ],
)
def test_bytes_out_of_bounds_are_refused_at_once_in_the_newer_framing(data):
    start = time.perf_counter()
    with pytest.raises(MalformedFrame):
        read_v1(data)
    assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"12",
        b"\x7f\xff\xff\xff",
        b"\xff" * 4,
        b"\x00" * 8,
        struct.pack("!II", 1, 2**31),
        "no json",
        "[]",
        "[" * 50_000,
        "1",
        '{"header": 1}',
    ],
)
def test_bytes_out_of_bounds_are_refused_at_once_in_the_older_framing(data):
    start = time.perf_counter()
    with pytest.raises(MalformedFrame):
        read_legacy(data)
    assert time.perf_counter() - start < 0.2


@given(st.binary(max_size=200))
def test_no_bytes_bring_anything_but_a_frame_or_a_refusal(data):
    for read in (read_v1, read_legacy):
        with contextlib.suppress(MalformedFrame):
            read(data)


@given(st.data())
def test_a_damaged_frame_brings_nothing_but_a_frame_or_a_refusal(data):
    for read, write in READERS:
        whole = write("comm_msg", {"a": 1}, "shell", (b"xy",))
        place = data.draw(st.integers(0, len(whole) - 1))
        damaged = whole[:place] + data.draw(st.binary(min_size=1, max_size=4)) + whole[place + 1 :]
        with contextlib.suppress(MalformedFrame):
            read(damaged)


@pytest.mark.parametrize(("read", "write"), READERS)
@pytest.mark.parametrize("kind", ["kernel_info_request", "comm_info_request", "comm_msg", "comm_close"])
def test_talk_to_widgets_passes(read, write, kind):
    assert is_widget_talk(read(write(kind)))


@pytest.mark.parametrize(("read", "write"), READERS)
def test_a_comm_may_be_opened_for_the_control_of_widgets_only(read, write):
    assert is_widget_talk(read(write("comm_open", {"target_name": "jupyter.widget.control"})))
    for name in ("jupyter.widget", "ipywidgets", "hvplot", None, ["jupyter.widget.control"]):
        assert not is_widget_talk(read(write("comm_open", {"target_name": name})))


@pytest.mark.parametrize(("read", "write"), READERS)
@pytest.mark.parametrize(
    "kind",
    [
        "execute_request",
        "inspect_request",
        "complete_request",
        "history_request",
        "is_complete_request",
        "shutdown_request",
        "interrupt_request",
        "debug_request",
        "input_reply",
        "usage_request",
        "",
        "create_subshell_request",
    ],
)
def test_whatever_runs_or_reveals_code_does_not(read, write, kind):
    assert not is_widget_talk(read(write(kind)))


@pytest.mark.parametrize(("read", "write"), READERS)
@pytest.mark.parametrize("channel", ["control", "stdin", "iopub", "shell ", "SHELL", "x"])
def test_no_other_channel_is_open(read, write, channel):
    assert not is_widget_talk(read(write("comm_msg", None, channel)))


def test_a_header_that_says_two_types_is_judged_by_the_one_that_is_sent():
    header = b'{"msg_type": "execute_request", "msg_type": "comm_msg"}'
    frame = read_v1(serialize_msg_to_ws_v1([header, b"{}", b"{}", b"{}"], "shell"))
    assert frame.header == {"msg_type": "comm_msg"}
