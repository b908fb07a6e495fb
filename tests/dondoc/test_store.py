import os
import signal
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dondoc.store import FileChanging, FileStore, FileUnreadable, NotStored, Stored


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_file_is_kept_under_its_hash(tmp_path: Path) -> None:
    source = tmp_path / "báo cáo.pdf"
    source.write_bytes(b"content")
    digest = sha256(b"content").hexdigest()
    store = FileStore(tmp_path / "files")

    assert store.put(source) == Stored(digest, 7)
    assert files(store.folder) == [f"{digest[:2]}/{digest[2:4]}/{digest}"]
    with store.open(digest) as file:
        assert file.read() == b"content"


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"same")
        store.put(tmp_path / name)

    assert len(files(store.folder)) == 1


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=5000))
def test_what_goes_in_comes_out(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    store = FileStore(tmp_path / "files")

    stored = store.put(source)

    store.check(stored)
    with store.open(stored.sha256) as file:
        assert file.read() == content


def test_a_damaged_copy_is_noticed_and_mended_by_the_next_put(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    store = FileStore(tmp_path / "files")
    stored = store.put(source)
    store.path(stored.sha256).write_bytes(b"cut")

    with pytest.raises(NotStored):
        store.check(stored)
    store.put(source)
    store.check(stored)


def test_a_file_that_is_being_written_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 30_000_000)
    done = threading.Event()

    def write() -> None:
        with source.open("ab") as file:
            while not done.is_set():
                file.write(b"y")
                file.flush()
                time.sleep(0.0005)

    writer = threading.Thread(target=write)
    writer.start()
    store = FileStore(tmp_path / "files")
    try:
        with pytest.raises(FileChanging):
            store.put(source)
    finally:
        done.set()
        writer.join()
    assert files(store.folder) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a named pipe")
def test_a_put_that_is_killed_leaves_nothing_to_be_seen(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = (
        "from pathlib import Path; from dondoc.store import FileStore; import sys;"
        "FileStore(Path(sys.argv[1])).put(Path(sys.argv[2]))"
    )
    store = FileStore(tmp_path / "files")
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(store.folder), str(pipe)], cwd=Path.cwd()
    )
    with pipe.open("wb", buffering=0) as half:
        half.write(b"x" * 2_000_000)
        until = time.monotonic() + 60
        while not files(store.folder) and time.monotonic() < until:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()

    assert [name.split("/")[0] for name in files(store.folder)] == ["incoming"]
    with pytest.raises(NotStored):
        store.open(sha256(b"x" * 2_000_000).hexdigest())


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"none\.pdf"):
        FileStore(tmp_path / "files").put(tmp_path / "none.pdf")
