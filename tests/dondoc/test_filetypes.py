from pathlib import Path

import pytest

from dondoc.filetypes import file_type, genuine
from tests.papers import content

KINDS = ("pdf", "png", "jpg", "docx", "xlsx", "zip")


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_file_is_genuine(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(content(kind))

    assert genuine(path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_file_is_not(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    whole = content(kind)
    path.write_bytes(whole[: len(whole) // 2])

    assert not genuine(path, kind)


@pytest.mark.parametrize(("kind", "called"), [("zip", "docx"), ("docx", "xlsx"), ("png", "pdf")])
def test_a_file_under_a_wrong_name_is_not(tmp_path: Path, kind: str, called: str) -> None:
    path = tmp_path / f"a.{called}"
    path.write_bytes(content(kind))

    assert not genuine(path, called)


@pytest.mark.parametrize(
    ("name", "kind"), [("A.PDF", "pdf"), ("ảnh.jpeg", "jpg"), ("a.tar.gz", "gz"), ("none", "")]
)
def test_file_type(name: str, kind: str) -> None:
    assert file_type(name) == kind
