from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dondoc.dossier import Checked, DossierWrong, check, offer
from dondoc.plan.model import Audience, HandIn
from tests.papers import content, pdf

DOSSIER = HandIn.model_validate(
    {
        "components": [
            {"code": "to-trinh", "name": "Tờ trình", "types": ["pdf"], "max_files": 1},
            {
                "code": "anh",
                "name": "Ảnh",
                "types": ["jpeg", "png"],
                "min_files": 2,
                "max_mb": 0.001,
            },
            {
                "code": "thue",
                "name": "Xác nhận thuế",
                "only": {"kinds": ["doanh-nghiep"]},
            },
            {"code": "khac", "name": "Khác", "min_files": 0},
        ],
        "fields": [
            {"code": "so", "name": "Số gương", "type": "number", "min": 1},
            {"code": "ghi-chu", "name": "Ghi chú", "required": False},
        ],
    }
)


def ward(_only: Audience) -> bool:
    return False


def enterprise(_only: Audience) -> bool:
    return True


def run(
    tmp_path: Path,
    files: Sequence[tuple[str, str, bytes]],
    fields: dict[str, Any],
    asked: Any = ward,
) -> Checked:
    offers = []
    for component, name, body in files:
        path = tmp_path / component / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
        offers.append(offer(component, path))
    return check(DOSSIER, offers, fields, asked=asked)


FULL = (
    ("to-trinh", "Tờ trình.PDF", content("pdf")),
    ("anh", "1.jpg", content("jpg")),
    ("anh", "2.png", content("png")),
)


def test_a_complete_dossier(tmp_path: Path) -> None:
    checked = run(tmp_path, FULL, {"so": "3"})

    assert checked.complete
    assert checked.values == {"so": 3}
    assert [(file.component, file.name) for file in checked.files] == [
        ("to-trinh", "Tờ trình.PDF"),
        ("anh", "1.jpg"),
        ("anh", "2.png"),
    ]


def test_what_is_missing_is_named_in_both_languages(tmp_path: Path) -> None:
    checked = run(tmp_path, FULL[1:2], {}, enterprise)

    assert {code: tuple(lack) for code, lack in checked.missing.items()} == {
        "to-trinh": ("Tờ trình: chưa có tệp", "Tờ trình: no file yet"),
        "anh": ("Ảnh: ít nhất 02 tệp, mới có 01", "Ảnh: at least 2 files, there are 1"),
        "thue": ("Xác nhận thuế: chưa có tệp", "Xác nhận thuế: no file yet"),
        "so": ("Số gương: chưa điền", "Số gương: not filled in"),
    }


def test_a_component_for_others_is_neither_asked_nor_taken(tmp_path: Path) -> None:
    assert "thue" not in run(tmp_path, FULL, {}).missing
    with pytest.raises(DossierWrong, match="no component 'thue' is asked of this unit"):
        run(tmp_path, [*FULL, ("thue", "t.pdf", content("pdf"))], {})


def test_everything_that_cannot_be_taken_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DossierWrong) as caught:
        run(
            tmp_path,
            [
                ("to-trinh", "a.docx", content("docx")),
                ("to-trinh", "b.pdf", content("zip")),
                ("anh", "c.png", content("png") + b"\0" * 2000),
                ("anh", "d.jpg", b""),
                ("khac", "e\u202efdp.exe", b"MZ"),
            ],
            {"so": "không", "la": "1"},
        )

    assert str(caught.value).splitlines() == [
        "Nothing was taken in:",
        "  - there is no field 'la'; there are: ghi-chu, so",
        "  - Tờ trình: 2 files, at most 1",
        "  - a.docx: must be pdf",
        "  - b.pdf: is no pdf file, or damaged or only half written",
        "  - c.png: 0.00204 MB, at most 0.001 MB",
        "  - d.jpg: the file is empty",
        r"  - the file name 'e\u202efdp.exe' cannot be used",
        "  - so: 'không' is not a number",
    ]


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DossierWrong, match="no file and no field"):
        run(tmp_path, [], {})


def test_a_milestone_that_asks_for_nothing_takes_any_file(tmp_path: Path) -> None:
    checked = check(HandIn(), [offer("files", pdf(tmp_path / "a.pdf"))], {}, asked=ward)

    assert checked.complete
    assert check(HandIn(), [], {}, asked=ward).complete


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    one, two = pdf(tmp_path / "a.pdf"), pdf(tmp_path / "x" / "A.pdf")

    with pytest.raises(DossierWrong, match=r"two files named a\.pdf"):
        check(HandIn(), [offer("files", one), offer("files", two)], {}, asked=ward)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DossierWrong, match="there is no file"):
        offer("files", tmp_path / "none.pdf")
