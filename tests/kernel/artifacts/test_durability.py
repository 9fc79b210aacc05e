"""What happens to the store when a writer is killed, the disk is full, or several write at once."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from aurelius_kernel.artifacts import Store, verify
from aurelius_kernel.errors import StorageUnavailable

WRITER = """
import itertools, sys
from aurelius_kernel.artifacts import Store
store = Store(sys.argv[1])
for number in itertools.count(int(sys.argv[2])):
    spec = store.put_document({"spec": number}, kind="spec")
    made = store.put(b"%d " % number * 20_000, kind="result", parents={"spec": spec}, media_type="text/plain")
    print(made, flush=True)
"""

FILLER = """
import resource, sys
from aurelius_kernel.artifacts import Store
store = Store(sys.argv[1])
small = store.put(b"small", kind="text", media_type="text/plain")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    store.put(b"x" * 100_000, kind="text", media_type="text/plain")
except Exception as error:
    print(type(error).__name__, error)
assert store.get(small) == b"small"
"""


def test_kill_9_in_the_middle_of_writes_leaves_the_store_readable_and_complete(tmp_path):
    acknowledged = []
    for first, patience in ((0, 0.01), (1_000, 0.07), (2_000, 0.13)):
        command = [sys.executable, "-c", WRITER, tmp_path / "store", str(first)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(patience)
        finally:
            os.kill(writer.pid, signal.SIGKILL)
            acknowledged += [line for line in writer.communicate(timeout=10)[0].splitlines() if len(line) == 64]
    store = Store(tmp_path / "store")
    assert verify(store) == []
    assert len(set(acknowledged)) >= 3
    assert [made for made in set(acknowledged) if not store.record(made).parents] == []


def test_writing_goes_on_where_a_killed_writer_stopped(tmp_path):
    store = Store(tmp_path / "store")
    (tmp_path / "store" / "unfinished").mkdir(parents=True)
    (tmp_path / "store" / "unfinished" / "123-abc").write_bytes(b"half a fi")
    assert store.get(store.put(b"whole", kind="text", media_type="text/plain")) == b"whole"
    assert store.files.unfinished() == ["unfinished/123-abc"]


def test_a_file_that_may_not_grow_is_storage_unavailable_and_leaves_nothing_behind(tmp_path):
    filler = subprocess.run(
        [sys.executable, "-c", FILLER, tmp_path / "store"], check=False, capture_output=True, text=True, timeout=60
    )
    assert filler.stderr == ""
    assert re.match(r"StorageUnavailable \S+/store cannot be used: File too large", filler.stdout)
    assert verify(Store(tmp_path / "store")) == []
    assert Store(tmp_path / "store").files.unfinished() == []


def test_a_full_disk_is_storage_unavailable_until_space_is_freed(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        (disk / "ballast").write_bytes(b"x" * 800_000)
        store = Store(disk / "store")
        with pytest.raises(StorageUnavailable, match="No space left on device"):
            store.put(b"y" * 600_000, kind="text", media_type="text/plain")
        assert list(store.hashes()) == []
        (disk / "ballast").unlink()
        assert len(store.get(store.put(b"y" * 600_000, kind="text", media_type="text/plain"))) == 600_000
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_place_where_no_folder_can_be_made_is_storage_unavailable(tmp_path):
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "store")
    with pytest.raises(StorageUnavailable):
        store.put(b"abc", kind="text", media_type="text/plain")


def test_writers_of_the_same_content_do_not_disturb_each_other(tmp_path):
    script = "import sys; from aurelius_kernel.artifacts import Store; s = Store(sys.argv[1])\n"
    script += "for n in range(20): s.put(b'%d' % n * 9999, kind='text', media_type='text/plain')"
    writers = [subprocess.Popen([sys.executable, "-c", script, tmp_path / "store"]) for _ in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    assert verify(Store(tmp_path / "store")) == []
    assert len(list(Store(tmp_path / "store").hashes())) == 20
