"""Where a reader of events stands, frame by frame."""

import json

import pytest

from aurelius_kernel.client.event_stream import Place


def frame(type, seq, **data):
    return json.dumps({"type": type, "data": data, "seq": seq, "timestamp": "2026-01-01T00:00:00Z", "version": "1.0"})


def greeting(seq, epoch="e1"):
    return frame("connected", seq, epoch=epoch)


def read(place, *frames):
    return [event.seq for text in frames if (event := place.take(text)) is not None]


def test_a_reader_without_a_number_begins_where_the_log_stands():
    place = Place(after=None)
    assert read(place, greeting(7), frame("notification", 8)) == [8]
    assert (place.after, place.epoch) == (8, "e1")


def test_a_reader_with_a_number_keeps_it_when_it_is_greeted():
    place = Place(after=3)
    assert read(place, greeting(3), frame("notification", 4), frame("notification", 9)) == [4, 9]


def test_what_was_read_before_is_left_out():
    place = Place(after=3)
    assert read(place, frame("notification", 3), frame("notification", 5), frame("notification", 4), frame("notification", 5)) == [
        5
    ]


def test_a_pong_moves_the_place_past_what_was_for_others():
    place = Place(after=3)
    assert read(place, frame("pong", 90, timestamp=None), frame("notification", 80)) == []
    assert place.after == 90


def test_an_error_moves_nothing():
    place = Place(after=3)
    assert read(place, frame("error", 90, code="x", message="y")) == []
    assert place.after == 3


def test_a_resync_is_an_event_and_the_numbers_begin_anew():
    place = Place(after=300, epoch="e1")
    assert read(place, greeting(300, "e2"), frame("resync", 10, oldest=10, epoch="e2"), frame("notification", 11)) == [10, 11]
    assert (place.after, place.epoch) == (11, "e2")


def test_another_epoch_is_not_believed_before_its_resync_came():
    place = Place(after=300, epoch="e1")
    read(place, greeting(300, "e2"))
    assert (place.after, place.epoch) == (300, "e1")


@pytest.mark.parametrize("text", ["{", '{"type":1}', "[]"])
def test_a_frame_that_is_none_is_an_error(text):
    with pytest.raises(ValueError, match="Event"):
        Place().take(text)
