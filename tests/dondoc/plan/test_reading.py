"""Files that are no plan at all: one clear sentence."""

import os
from pathlib import Path

import pytest

from dondoc.plan.mistakes import MANY, Mistake, PlanWrong
from dondoc.plan.reading import LARGEST, read_text
from dondoc.plan.source import parse_plan, read_plan
from dondoc.words import Language


def refused(path: Path) -> list[str]:
    with pytest.raises(PlanWrong) as raised:
        read_plan(path)
    return _said(raised.value.mistakes)


def refused_text(text: str) -> list[str]:
    with pytest.raises(PlanWrong) as raised:
        parse_plan(text)
    return _said(raised.value.mistakes)


def _said(mistakes: tuple[Mistake, ...]) -> list[str]:
    return [f"{one.line}: {one.text(Language.VI)}" for one in mistakes]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "0: tệp trống. Cấp ngoài cùng phải gồm các khóa code, title, milestones …"),
        (
            b"# nothing\n\n",
            "0: tệp trống. Cấp ngoài cùng phải gồm các khóa code, title, milestones …",
        ),
        (
            b"- a\n- b\n",
            "1: tệp không phải là kế hoạch. "
            "Cấp ngoài cùng phải gồm các khóa code, title, milestones …",
        ),
        (
            "title: Kế hoạch".encode("utf-16"),
            "0: tệp có bảng mã UTF-16. Hãy lưu tệp dạng văn bản thuần, bảng mã UTF-8",
        ),
        (
            "code: a\ntitle: Đôn đốc".encode("cp1258", errors="ignore"),
            "2: chữ không thuộc bảng mã UTF-8. Hãy lưu tệp dạng văn bản thuần, bảng mã UTF-8",
        ),
        (
            b"PK\x03\x04whatever",
            "0: đây là một tệp Word, Excel hoặc ZIP. Hãy lưu tệp dạng văn bản thuần, bảng mã UTF-8",
        ),
        (
            b"%PDF-1.7",
            "0: đây là một tệp PDF. Hãy lưu tệp dạng văn bản thuần, bảng mã UTF-8",
        ),
        (
            b"a: 1\nb: \x00\n",
            "2: có ký tự điều khiển U+0000. Hãy xóa ký tự này; tệp có thể bị hỏng",
        ),
        (b"a:\n\tb: 1\n", "2: thụt lề bằng phím Tab. Hãy thụt lề bằng dấu cách"),
    ],
)
def test_not_a_plan(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(data)
    assert refused(path) == [said]


def test_every_tab_is_named() -> None:
    assert [line.split(":")[0] for line in refused_text("a:\n\tb: 1\n  \tc: 2\n")] == ["2", "3"]


def test_a_hundred_megabytes_of_nothing_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert refused(path) == ["0: tệp lớn hơn 1 MB. Tệp kế hoạch chỉ vài chục KB"]


@pytest.mark.parametrize("size", [LARGEST - 1, LARGEST])
def test_up_to_the_limit_is_read(tmp_path: Path, size: int) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"#" * size)
    assert len(read_text(path)) == size


def test_a_byte_above_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(PlanWrong):
        read_text(path)


def test_folder_and_device(tmp_path: Path) -> None:
    right = "Hãy nêu một tệp kế hoạch .yaml"
    assert refused(tmp_path) == [f"0: không phải là tệp. {right}"]
    assert refused(Path(os.devnull)) == [f"0: không phải là tệp. {right}"]


def test_file_that_is_not_there(tmp_path: Path) -> None:
    found = refused(tmp_path / "no.yaml")
    assert found == ["0: không có tệp này. Hãy nêu một tệp kế hoạch .yaml"]


def test_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbfcode: a")
    assert read_text(path) == "code: a"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: Kế hoạch: năm\n", "1: dấu hai chấm thừa"),
        ("a: [1, 2\nb: 3\n", "2: thiếu dấu phẩy hoặc ngoặc đóng"),
        ("a: 'x\n", "2: tệp hết giữa chừng, dấu nháy chưa đóng"),
        ("a:\n  b: 1\n c: 2\n", "3: thụt lề lệch"),
        ("a: @x\n", "1: nội dung bắt đầu bằng ký tự YAML dành riêng (@ ` % hoặc Tab)"),
        ('a: "\\q"\n', "1: dấu \\ trong dấu nháy kép"),
        ("a:\n- b\nc\n", "4: thiếu dấu hai chấm sau khóa"),
    ],
)
def test_broken_yaml_is_explained(text: str, said: str) -> None:
    found = refused_text(text)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_billion_laughs() -> None:
    lines = ["a0: &a0 lol"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    found = [said for said in refused_text("\n".join(lines)) if "YAML" in said]
    assert len(found) == 10 + 90
    assert found[0] == (
        "1: a0: không dùng được dấu & và * của YAML. Hãy viết lại nội dung, hoặc đặt trong dấu nháy"
    )


def test_tags_are_not_followed() -> None:
    text = "code: !!python/object/apply:os.system [echo]\nperiod: !!timestamp 2024-01-01\n"
    assert [said for said in refused_text(text) if "còn thiếu" not in said] == [
        "1: code: không dùng được dấu ! của YAML. Hãy đặt nội dung trong dấu nháy",
        "2: period: không dùng được dấu ! của YAML. Hãy đặt nội dung trong dấu nháy",
    ]


def test_a_time_may_stand_in_braces() -> None:
    found = refused_text("policies: {cadence: {at: 08:00}}\ncode: a\n")
    assert [said for said in found if "còn thiếu" not in said] == []


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_ends_in_one_sentence(opening: str) -> None:
    assert "nested too deeply" in _english(opening * 100_000)


def test_deep_blocks_end_in_one_sentence() -> None:
    text = "".join(" " * depth + "a:\n" for depth in range(300))
    assert "nested too deeply" in _english(text)


def _english(text: str) -> str:
    with pytest.raises(PlanWrong) as raised:
        parse_plan(text)
    return raised.value.text(Language.EN)


def test_a_file_of_mistakes_alone_is_given_up() -> None:
    with pytest.raises(PlanWrong) as raised:
        parse_plan("a: 1\n" * 100_000)
    assert len(raised.value.mistakes) == MANY


def test_second_document() -> None:
    assert "2: có tài liệu thứ hai sau dấu ---. Mỗi tệp một kế hoạch" in refused_text(
        "a: 1\n---\nb: 2\n"
    )
