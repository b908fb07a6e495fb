"""What has to be done: the words for it, and the kind of milestone they make."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Duty(NamedTuple):
    """`hand_in`: something goes to somebody, so a weakly worded date beside it is a deadline too."""

    kind: str
    start: int
    end: int
    hand_in: bool


class Wording(NamedTuple):
    kind: str
    hand_in: bool
    pattern: re.Pattern[str]
    example: str


def _wording(kind: str, pattern: str, example: str, *, hand_in: bool = True) -> Wording:
    return Wording(kind, hand_in, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), example)


# The longest match at the leftmost place decides.
WORDINGS: tuple[Wording, ...] = (
    _wording("exemplar", r"(?:ho so |danh sach |bao cao |de xuat )?(?:gioi thieu|de xuat|lua chon|binh chon|chon|phat hien|de cu|gui|nop|tuyen duong)[^.;]{0,60}?(?:guong|dien hinh|nguoi tot)", "giới thiệu gương điển hình tiên tiến"),
    _wording("exemplar", r"(?:ho so|danh sach|bao cao thanh tich|bao cao|ban) (?:cac )?(?:tap the, ca nhan )?(?:guong|dien hinh|ve guong|mo hinh)|guong (?:dien hinh|nguoi tot|tieu bieu|sang)|guong", "hồ sơ gương điển hình"),
    _wording("exemplar", r"ho so gioi thieu", "hồ sơ giới thiệu quý I"),
    _wording("register", r"(?:ban |phieu |van ban |ho so |danh sach |bang |to chuc |thuc hien |gui |nop |hoan thanh (?:viec )?)*(?:dang ky|giao uoc|ky ket|ky giao uoc|ky cam ket)", "đăng ký danh hiệu thi đua"),
    _wording("dossier", r"(?:bo |lap |hoan thien |hoan chinh |gui |nop |trinh )*ho so(?: (?:de nghi|de xuat|xet|khen thuong|trinh))*|to trinh|(?:lap )?danh sach de nghi|(?:trinh|de nghi|de xuat|gui de nghi)(?: \w+){0,14}? (?:xet )?(?:khen thuong|tang thuong|xet tang|phong tang|danh hieu)|bien ban|(?:nhan|tiep nhan|gui|nop|thu) (?:bai|tac pham|san pham)(?: du thi)?|bai du thi|tac pham du thi|san pham du thi|(?<!hoi dong )sang kien", "hồ sơ đề nghị khen thưởng"),
    _wording("report", r"(?:gui |nop |lap |tong hop |thuc hien |hoan thanh |xay dung |co |du thao )*bao cao(?: (?:so ket|tong ket|ket qua|danh gia|dinh ky|chuyen de|tinh hinh|tien do|bang van ban|cong tac))*|so lieu|bieu mau|bao ket qua|thong ke|cung cap thong tin", "gửi báo cáo kết quả"),
    _wording("review", r"(?:to chuc |tien hanh |thuc hien |hoan thanh |hoi nghi |hop )*(?:so ket|tong ket|binh xet|binh bau|binh chon|xet chon|cham(?=\s*$| (?:tu|trong|va)\b)|cham (?:diem|thi|bai|giai|so khao|chung khao)|so khao|chung khao|xep hang|xep loai|danh gia|phan loai|xet duyet|xet khen thuong|xem xet khen thuong|xem xet, khen thuong|tham dinh|phuc tra|bo phieu|kiem tra|hop xet|(?<=hoi dong )hop|(?<=hoi dong sang kien )hop|xet tang|xet|cong nhan|nghiem thu|giam sat|lay y kien|khao sat|tu cham|tu danh gia)", "tổ chức sơ kết, bình xét thi đua"),
    _wording("plan", r"(?:xay dung|(?<!tong )duyet|thong qua|phe duyet|ban hanh|hoan chinh|hoan thien|lap|gui|nop|xay dung va ban hanh|cu the hoa|trinh)(?: (?!(?:ve|cho|phong|so|ban|qua)\b)\w+){0,3}? (?:ke hoach|chuong[ _]trinh|quy che|thang diem|tieu chi|huong dan|quyet dinh|de cuong)|(?:gui |nop )?ke hoach (?:to chuc|phat dong|trien khai|thuc hien|thi dua|hoat dong)", "xây dựng kế hoạch phát động"),
    _wording("other", r"(?:gui|nop|chuyen(?! (?:doi|mon|de|nghiep|bien|tiep|giao|gia|dich|hoa|vien|muc))|dang tai|cap nhat|gop y|tham gia y kien|phan hoi|cho y kien|thong bao|cong bo|cung cap|de xuat|kien nghi|phan cong|ra soat|kien toan|dang ki|cu (?:can bo|cong chuc|nguoi)|bo sung|chinh sua|hoan thien|hoan chinh|tong hop|trinh|phe duyet|cong khai|tra ket qua|tiep nhan|don thu|phan anh|khieu nai|nhap|ban hanh|chuyen giao|tra loi|giai trinh|lap danh sach|danh sach|y kien|van ban|phieu|tai lieu)", "gửi ý kiến góp ý"),
    _wording("other", r"(?:hoan thanh|to chuc|xay dung|chuan bi|thanh lap|bo tri|in an|in |quyet toan|thanh toan|thuc hien|trien khai|phat dong|tuyen truyen|cac hoat dong|hoat dong|trao thuong|khen thuong|ton vinh|bieu duong|hoi nghi|ban giao|khoi cong|giai ngan)", "hoàn thành việc triển khai", hand_in=False),
)  # fmt: skip

_REAL = ("exemplar", "register", "dossier", "report", "review", "plan")


_NOUNS = re.compile(r"(?<=cong|lieu|giao) trinh|(?<=qua|quy) trinh|(?<=lo) trinh|(?<=chuong) trinh")


def nouns_apart(text: str) -> str:
    """*công trình, chương trình, quá trình* do not submit anything: *trình* alone does."""
    return _NOUNS.sub("_trinh", text)


@lru_cache(maxsize=2048)
def duties(text: str) -> tuple[Duty, ...]:
    """Every duty named in folded text, in order; of overlapping ones the earlier row wins."""
    text = nouns_apart(text)
    found: list[Duty] = []
    taken = bytearray(len(text))
    for wording in WORDINGS:
        for match in wording.pattern.finditer(text):
            if text[: match.start()].endswith(" da "):
                continue  # already done
            start, end = match.span()
            if not any(taken[start:end]):
                found.append(Duty(wording.kind, start, end, wording.hand_in))
                taken[start:end] = b"\1" * (end - start)
    return tuple(sorted(found, key=lambda duty: duty.start))


_GUI = re.compile(r"(?<!\w)(?:gui|nop)(?! kem)(?!\w)")


_RECEIVER_DOES = re.compile(
    r"(?<!\w)(?:gui|nop|trinh) (?:[a-z.]+,? ){1,9}?(?:tham dinh|xem xet|xet|phe duyet|kiem tra|cho y kien|danh gia|cong nhan)(?!\w)"
)


def _sender_does(text: str) -> tuple[Duty, ...]:
    """ "gửi Sở Nội vụ thẩm định": appraising is what the receiver does."""
    passed = [found.span() for found in _RECEIVER_DOES.finditer(text)]
    return tuple(
        duty
        for duty in duties(text)
        if duty.kind != "review" or not any(a < duty.start < b for a, b in passed)
    )


def main_duty(text: str) -> Duty | None:
    """The duty a stretch of text is about: what is sent, else the first that names what is handed
    in, else the first of any kind."""
    sent = list(_GUI.finditer(text))
    if sent:
        after = main_duty_of(_sender_does(text[sent[-1].start() :]))
        if after is not None and after.kind in _REAL:
            return after._replace(
                start=after.start + sent[-1].start(), end=after.end + sent[-1].start()
            )
    return main_duty_of(_sender_does(text))


def main_duty_of(found: tuple[Duty, ...]) -> Duty | None:
    named = [duty for duty in found if duty.kind in _REAL]
    handed = [duty for duty in named if duty.hand_in]
    return next(iter(handed or named or [d for d in found if d.hand_in] or found), None)
