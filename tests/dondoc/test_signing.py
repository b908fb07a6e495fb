import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dondoc.signing import KEY_FILE, KeyWrong, has_key, open_signer, signed_by


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert not has_key(folder)

    first = open_signer(folder)

    assert open_signer(folder).public_key == first.public_key
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    if os.name == "posix":
        assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600


def test_several_processes_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: open_signer(tmp_path).public_key, range(8)))

    assert len(keys) == 1


def test_a_signature_fits_its_text_and_key_alone(tmp_path: Path) -> None:
    signer = open_signer(tmp_path / "a")
    other = open_signer(tmp_path / "b")
    signature = signer.sign("giấy biên nhận")

    assert signed_by(signer.public_key, "giấy biên nhận", signature)
    assert not signed_by(signer.public_key, "giấy biên nhân", signature)
    assert not signed_by(other.public_key, "giấy biên nhận", signature)


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_broken_key_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)

    with pytest.raises(KeyWrong):
        open_signer(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content
