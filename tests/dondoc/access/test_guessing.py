"""Which passwords are refused because they are guessed first."""

import pytest

from dondoc.access.guessing import refuse_easy
from dondoc.access.passwords import PasswordEasy

NAMES = ("hoa.nguyen@noivu.quan7.gov.vn", "Nguyễn Thị Hoa", "Phòng Nội vụ quận 7", "noi-vu")


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaa",
        "1234567890123456",
        "Qwertyuiop12345",
        "matkhau12345",
        "Mật khẩu 2024!",
        "P@ssw0rd2024!!",
        "1qaz2wsx3edc",
        "zxcvbnm,./12",
        "1q2w3e4r5t6y",
        "Anhyeuem2025",
        "VietNam@1945",
        "Admin@123456",
        "iloveyou1234",
        "changeme1234",
        "hoahoahoahoa",
        "xyzkmxyzkmxyzkm",
        "Nguyễn Thị Hoa",
        "nguyenhoa1985",
        "PhongNoiVu2026",
        "hoa.nguyen@noivu.quan7.gov.vn",
        "PhòngNộiVụQuận7",
        "4dm1n1str4t0r99",
        "justinbieber",
        "ghjcnjghjcnj",
        "Counter5trike",
        "nosaj123456789",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordEasy):
        refuse_easy(password, NAMES)


@pytest.mark.parametrize(
    "password",
    [
        "một câu dài dễ nhớ",
        "con mèo nhà tôi mười tuổi",
        "phường tôi có cây đa già",
        "correct horse battery staple",
        "mật khẩu của tôi dài như sông Hồng",
        "k3vTq9-wzP1x_mRd",
        "наш дом стоит у реки",
        "我家門前有一棵大樹很高",
    ],
)
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    refuse_easy(password, NAMES)


def test_only_the_own_names_are_refused() -> None:
    with pytest.raises(PasswordEasy):
        refuse_easy("trần văn mười hai", ("Trần Văn Mười Hai",))
    refuse_easy("trần văn mười hai", NAMES)
