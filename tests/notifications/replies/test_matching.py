import pytest

from dondoc.plan.model import Component
from notifications.replies.matching import Open, hint, place

FORM = Component(code="ban-dang-ky", name="Bản đăng ký", types=("pdf", "docx"))
PICTURES = Component(code="hinh-anh", name="Hình ảnh", types=("jpg",))
ANNEX = Component(code="phu-luc", name="Phụ lục", types=("pdf",))
REGISTER = Open(id=1, names=("dang-ky", "Đăng ký danh hiệu thi đua"), parts={"ban-dang-ky": FORM})
REPORT = Open(
    id=2,
    names=("so-ket", "Báo cáo sơ kết"),
    parts={"bao-cao": Component(code="bao-cao", name="Báo cáo"), "hinh-anh": PICTURES},
)
SUBJECT = "Nhắc hạn: Đăng ký danh hiệu thi đua – hạn 15/4/2024 và 1 việc khác"


@pytest.mark.parametrize(
    ("name", "said", "obligation", "component"),
    [
        ("Bao_cao_so_ket_2024.docx", "", 2, "bao-cao"),
        ("BÁO CÁO SƠ KẾT.docx", "", 2, "bao-cao"),
        ("dang-ky.pdf", "", 1, "ban-dang-ky"),
        ("bản đăng ký (ký số).pdf", "", 1, "ban-dang-ky"),
        ("scan001.pdf", "", None, None),
        ("scan001.pdf", "dang ky", 1, "ban-dang-ky"),
        ("dang ky va so ket.pdf", "", None, None),
        ("so ket.pdf", "dang ky", 2, "bao-cao"),
        ("anh.jpg", "so ket", 2, None),
        ("hinh anh so ket.jpg", "", 2, "hinh-anh"),
        ("dangky.pdf", "", None, None),
    ],
)
def test_a_file_goes_where_only_one_name_points(
    name: str, said: str, obligation: int | None, component: str | None
) -> None:
    found = place(name, 100, said, [REGISTER, REPORT])

    assert (found.obligation and found.obligation.id) == obligation
    assert (found.component and found.component.code) == component


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("x.jpg", "hinh-anh"),
        ("x.docx", "ban-dang-ky"),
        ("x.pdf", None),
        ("phu luc 1.pdf", "phu-luc"),
    ],
)
def test_in_a_dossier_of_parts_a_file_goes_where_it_alone_fits(
    name: str, component: str | None
) -> None:
    parts = {part.code: part for part in (FORM, PICTURES, ANNEX)}
    found = place(name, 100, "", [Open(id=3, names=("ho-so",), parts=parts)])

    assert found.obligation is not None
    assert (found.component and found.component.code) == component


def test_the_only_part_gets_the_file_even_where_it_will_refuse_it() -> None:
    assert place("x.exe", 100, "", [REGISTER]).component == FORM


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (f"Re: {SUBJECT}", ""),
        (f"TL: RE: {SUBJECT.upper()}", ""),
        ("Trả lời: Nhắc hạn: Đăng ký danh hiệu thi đua", ""),
        (f"Re: {SUBJECT} - báo cáo sơ kết", "bao cao so ket"),
        ("Báo cáo sơ kết", "bao cao so ket"),
        ("Re[2]: ", ""),
    ],
)
def test_the_subject_of_the_letter_itself_is_no_hint(subject: str, expected: str) -> None:
    assert hint(subject, SUBJECT) == expected
