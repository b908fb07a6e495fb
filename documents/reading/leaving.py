"""Dates that are no deadlines: one table, one row per reason, tried from the top.

A row looks at the folded words just left or right of the date, or at its whole clause. Rows marked
`bare` speak only of dates without a deadline's words before them.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from documents.reading.duties import nouns_apart
from dondoc.words import Words

Where = Literal["left", "right", "clause", "above"]
Which = Literal["bare", "weak", "any", "window"]


class Leaving(NamedTuple):
    name: str
    which: Which
    where: Where
    pattern: re.Pattern[str]
    why: Words
    example: str
    unless: re.Pattern[str] | None = None


def _row(name: str, which: Which, where: Where, pattern: str, vi: str, en: str, example: str, *, unless: str = "") -> Leaving:  # fmt: skip
    before = r"(?:ngay |ke |tu |het |vao |den |trong |cho |la |toi )*$"
    marks = r"[ ,(\"]*" if which == "bare" else r"[ ,(:\"]*"  # "Báo cáo: ngày 15/4" is no citation
    whole = re.compile(rf"(?:{pattern}){marks}{before}" if where == "left" else pattern)
    return Leaving(
        name, which, where, whole, Words(vi, en), example, re.compile(unless) if unless else None
    )


_PAPER = (
    r"(?:luat|bo luat|phap lenh|hien phap|nghi dinh|nghi quyet|quyet dinh|chi thi|thong tu|ke hoach|cong van|huong dan|ket luan"
    r"|van ban|thong bao|to trinh|cong dien|quy dinh|quy che|chuong trinh|thong tri|giay moi|bao cao|de an|thu|cong bao)"
)
_HANDS_IN = r"(?<!\w)(?:gui|nop|trinh|dang ky|bao cao ve|ve (?:phong|so|ban|uy ban|van phong|thuong truc|co quan|bo|hoi dong))(?!\w)"

LEAVINGS: tuple[Leaving, ...] = (
    _row("citation", "bare", "left", r"(?:\d[\w.]*/[\w./ -]*|\d+ ?- ?[a-z]+/[\w.]+|(?<!\w)so:? ?[\w./ -]{1,40}|\d+ ?/ ?[a-z]+)", "ngày của văn bản được viện dẫn", "the date of a paper that is cited", "Quyết định số 12/QĐ-UBND ngày 10/5/2021"),
    _row("posted", "bare", "left", r"(?:cap nhat|dang luc|dang ngay|ngay dang|xuat ban|ngay gui bai)[^.;]{0,20}:? ?", "ngày đăng trên trang", "the day a page was posted", "Cập nhật: 15/02/2025"),
    _row("citation of a law", "bare", "left", rf"(?<!\w){_PAPER}(?: [^.;:]{{0,90}})?(?: ky| ban hanh| de| duoc thong qua)?", "ngày của văn bản được viện dẫn", "the date of a paper that is cited", "Luật Thi đua, khen thưởng ngày 15/6/2022"),
    _row("of somebody", "bare", "right", r"^\)?,? (?:cua|do) (?:\w+ )", "ngày của văn bản được viện dẫn", "the date of a paper that is cited", "văn bản ngày 15/6/2022 của Quốc hội"),
    _row("replaced wording", "any", "right", r"^(?:[^\".;]{0,60}\")?,? ?(?:thanh|bang|sang|tai (?:diem|khoan|muc|dieu|phan|phu luc)[^;\"]{0,90}(?:bang|thanh)|nay (?:sua|dieu chinh|doi)(?: \w+){0,2}|duoc (?:sua|thay|dieu chinh)(?: \w+){0,3})(?: thanh| bang)?:? ?(?:cum tu|ngay|thoi|\"|truoc|cham|den|tu |\d)", "hạn cũ đã được thay bằng hạn khác", "an old date that another replaces", "thay cụm từ “trước ngày 10/7/2025” bằng cụm từ “trước ngày 20/7/2025”"),
    _row("instead of", "any", "left", r"(?:thay vi|thay cho|thay the|truoc day|han cu|thay cho han|da an dinh|nhu da thong bao)(?:(?!(?<!\w)(?:bang|thanh)(?!\w))[^.;,]){0,60}", "hạn cũ đã được thay bằng hạn khác", "an old date that another replaces", "gửi trước ngày 20/7 thay vì ngày 10/7/2025"),
    _row("told before", "any", "clause", r"(?:^|: )\W*ngay \d{1,2}[/.-]\d{1,2}[/.-]\d{4},? [a-z ,]{3,60} (?:da )?(?:co|ban hanh|gui|phat hanh) (?:cong van|ke hoach|thong bao|van ban|huong dan|giay moi)", "việc một văn bản trước đã yêu cầu", "what an earlier paper asked for", "Ngày 26/9/2024, Sở Nội vụ có Công văn số 58/SNV yêu cầu gửi hồ sơ trước ngày 15/11/2024"),
    _row("repealed", "any", "clause", r"(?:^|: )\W*(?:\d+[.)]? |[a-z]\) )?(?:bai bo|huy bo|khong (?:tiep tuc )?(?:ap dung|thuc hien))(?!\w)(?! \w+ so )", "quy định bị bãi bỏ", "a rule that is repealed", "Bãi bỏ khoản 4 về việc gửi báo cáo trước ngày 20/9/2024"),
    _row("in force", "any", "left", r"(?:co hieu luc|het hieu luc|hieu luc thi hanh)[^.;]{0,30}", "ngày hiệu lực của văn bản", "the day a paper comes into force", "có hiệu lực thi hành kể từ ngày 01/01/2024"),
    _row("in force", "weak", "left", r"(?<!\w)(?:thi hanh|ap dung|bai bo|ngay thi hanh)[^.;]{0,30}", "ngày hiệu lực của văn bản", "the day a paper comes into force", "được áp dụng kể từ ngày 01/01/2024"),
    _row("transition", "any", "right", r"^(?:[^.;]{0,80}(?:thi (?:duoc )?(?:tiep tuc|thuc hien theo|ap dung)|duoc (?:ap dung|thuc hien) theo quy dinh)|,? (?:tiep tuc )?(?:thuc hien|ap dung|giai quyet) theo (?:\w+ ){1,6}(?:cu|truoc day)(?!\w))", "quy định chuyển tiếp", "a transitional rule", "hồ sơ nộp trước ngày 01/01/2024 thì thực hiện theo quy định cũ"),
    _row("already done", "any", "left", r"(?<!\w)(?:da (?:duoc )?(?:ban hanh|nop|gui|trinh|phe duyet|thanh lap|to chuc|ky|thong qua|hop|hoan thanh|bao cao|thuc hien|dang ky|nhan|tiep nhan|co)|da duoc)(?:(?!(?<!\w)(?:nop|gui|trinh|cham nhat|lap|hoan thanh|to chuc|dang ky)(?!\w))[^.;,:]){0,25}", "việc đã làm rồi", "something already done", "đã ban hành trước ngày 01/3/2024"),
    _row("lunar", "any", "right", r"^ ?[,(]? ?(?:theo )?am lich", "ngày âm lịch, chưa đổi ra dương lịch", "a day of the lunar calendar, not converted", "hoàn thành trước ngày 23/12 âm lịch"),
    _row("condition", "any", "left", r"(?<!\w)(?:chua|khong)(?: duoc| tung| he)? (?:dang|dang tai|cong bo|phat hanh|xuat ban|su dung|tham gia|du thi|duoc khen|bi ky luat|vi pham)(?: [^.;,]{0,50})?", "điều kiện, không phải hạn", "a condition", "tác phẩm chưa công bố trước ngày 01/6/2024"),
    _row("data period", "any", "left", r"(?:thoi gian chot|thoi diem chot|(?:so lieu|minh chung|thanh tich|duoc|thoi gian cong tac)(?: \w+){0,2} tinh|(?<!\w)tinh (?:tu|den) (?:ngay|het)?|lay so lieu|thoi diem lay|thoi diem bao cao|chot so lieu (?:den|tu|tinh))[^.;,]{0,40}", "kỳ chốt số liệu", "the period of the data", "số liệu tính đến hết ngày 31/10/2024"),
    _row("data period", "weak", "left", r"(?:(?:so lieu|ky bao cao|minh chung)(?: [^.;,():]{0,50})?|(?:thoi gian|thoi ky|ky) (?:xet |lap |tinh )?thanh tich|(?:thanh tich|ket qua)(?: [^.;,():]{0,50})? (?:tinh|lay|chot))", "kỳ chốt số liệu", "the period of the data", "số liệu từ ngày 15/12/2023 đến ngày 14/12/2024", unless=_HANDS_IN.replace("bao cao ve", "cap nhat|bao cao ve")),
    _row("data period", "weak", "clause", r"tu (?:het )?ngay \d{1,2}(?:[/ ]\w+(?: \d{1,2})?)?,? (?:cua )?(?:thang|nam|ky|quy) truoc", "kỳ chốt số liệu", "the period of the data", "Báo cáo tháng: từ ngày 15 tháng trước đến ngày 14 tháng báo cáo"),
    _row("data period", "weak", "above", r"(?:thoi gian|thoi diem|ky|moc)(?: \w+){0,2} (?:chot )?so lieu|chot so lieu", "kỳ chốt số liệu", "the period of the data", "Thời gian chốt số liệu: Báo cáo năm: từ ngày 15/12/2023 đến ngày 14/12/2024", unless=_HANDS_IN.replace("|trinh", "")),
    _row("anniversary", "weak", "left", r"(?:ky niem|chao mung|ngay thanh lap|ngay truyen thong|ngay sinh|nhan dip|ngay giai phong|quoc khanh|quoc te|chien thang|ngay hoi|ngay le|(?<!tuan )(?<!\w)le |(?<!\w)tet |lan thu|nhan ngay|huong toi)[^.;]{0,90}", "ngày kỷ niệm, ngày lễ", "an anniversary or holiday", "chào mừng kỷ niệm ngày 30/4/2025", unless=r"(?:gui|nop) "),
    _row("event", "weak", "left", r"(?:bau cu|dai hoi|khai mac|be mac|le (?:ky|trao|phat|tuyen|don|khai|tong|ra|mit)|mit tinh|hoi thao|toa dam|hop bao|tap huan|hoi thi|dien ra|khai giang|ra quan)[^.;]{0,60}", "ngày diễn ra sự kiện", "the day of an event", "bầu cử đại biểu ngày 15/3/2026", unless=_HANDS_IN),
    _row("meeting", "bare", "left", r"(?:hoi nghi|cuoc hop|phien hop|ky hop|buoi lam viec|ket luan|hop)[^.;:]{0,80}", "ngày diễn ra sự kiện", "the day of an event", "tại Hội nghị ngày 22/01/2026"),
    _row("target", "any", "left", r"(?:dat|tang)(?: it nhat| tren| toi thieu| tu)? \d[\d.,]* ?%[^.;]{0,60}", "chỉ tiêu phấn đấu", "a target", "nộp ngân sách đạt 100% kế hoạch trước ngày 31/12/2024", unless=r"(?<!\w)(?:gui|bao cao|dang ky|ho so)(?!\w)"),
    _row("target", "weak", "left", r"(?:phan dau|muc tieu|chi tieu|tam nhin|dinh huong|ty le|dat)[^.;]{0,80}(?:den|trong|vao|het)?", "chỉ tiêu phấn đấu", "a target", "phấn đấu đến ngày 31/12/2027 đạt 100%", unless=_HANDS_IN),
    _row("target", "weak", "right", r"^,? (?:phan dau |co |phai )?(?:dat|co it nhat|100%|\d+ ?%|tren \d|ty le|hoan thanh \d+ ?%|ca nuoc|toan)", "chỉ tiêu phấn đấu", "a target", "đến ngày 31/12/2027 đạt 100% chỉ tiêu"),
    _row("movement", "window", "left", r"(?:thoi gian (?:thi dua|phat dong|thuc hien phong trao|to chuc phong trao|thuc hien dot|cao diem|dien ra|thuc hien ke hoach|thuc hien chien dich)|dot thi dua|dot cao diem|phat dong (?:phong trao|dot)|phong trao (?:thi dua )?(?:duoc )?(?:phat dong|thuc hien|trien khai|dien ra|keo dai)|dien ra|keo dai|bat dau|giai doan|nhiem ky|chien dich|cao diem|dot (?:\d|i{1,3}|iv|mot|hai|ba|tu|nhat|dau|cuoi)(?: [^.;]{0,60})?|tu nay)[^.;]{0,60}:?", "thời gian phát động, không nộp gì", "the span of the movement, nothing to hand in", "Thời gian thi đua: từ ngày 15/5 đến ngày 31/8/2026", unless=_HANDS_IN),
    _row("movement", "weak", "left", r"(?:phong trao(?: thi dua)? (?:duoc )?(?:phat dong|thuc hien|dien ra|keo dai)|(?<!\w)tu nay|tu khi phat dong|tu ngay phat dong|thoi gian thi dua|thoi gian phat dong|dot thi dua)[^.;]{0,80}", "thời gian phát động, không nộp gì", "the span of the movement, nothing to hand in", "phong trào phát động từ nay đến quý II năm 2025", unless=r"(?:so ket|tong ket|bao cao|ho so)"),
    _row("range", "bare", "right", r"^ ?\)? ?[-–] ?\d{1,2}/\d", "ngày kỷ niệm, ngày lễ", "an anniversary or holiday", "(30/4/1975 - 30/4/2025)"),
    _row("range", "bare", "left", r"\d{1,2} ?/ ?\d{4} ?-", "ngày kỷ niệm, ngày lễ", "an anniversary or holiday", "(30/4/1975 - 30/4/2025)"),
    _row("age or service", "any", "left", r"(?<!\w)(?:(?<!hoc )(?<!ve )sinh(?! hoat| vien| hoc)|(?:nguoi|can bo|thoi gian|tham nien|bat dau|vao|hien|dang) cong tac|vao dang|tuyen dung|bo nhiem|nghi huu|tham gia|hy sinh|nhap ngu|sau ngay|ke tu sau)[^.;,]{0,30}(?:tu |vao |truoc )?", "mốc của người, không phải hạn", "a fact about a person", "sinh trước ngày 01/01/1975", unless=r"(?<!\w)(?:gui|nop|cham nhat|dang ky|bao cao|hoan thanh|trinh|lap|tham gia (?:y kien|gop y|dong gop))(?!\w)"),
)  # fmt: skip


def _bracketed(text: str, begin: int, end: int) -> str:
    """The words inside the brackets that the date stands in."""
    opened, closed = text.rfind("(", 0, begin), text.find(")", end)
    if opened < 0 or closed < 0 or ")" in text[opened:begin] or "(" in text[end:closed]:
        return ""
    return text[opened:closed]


_SPEAKS_OF: dict[Which, frozenset[Which]] = {
    "any": frozenset({"any"}),
    "weak": frozenset({"any", "weak"}),
    "window": frozenset({"any", "weak", "window"}),
    "bare": frozenset({"any", "weak", "bare"}),
}


def reason_to_leave(
    *, text: str, begin: int, end: int, clause: tuple[int, int], strength: Which, above: str = ""
) -> Leaving | None:
    """`strength` says what stands before the date: bare, weak or window words, or any strong ones.
    `above` are the headings the text stands under."""
    text = nouns_apart(text)
    left = text[max(clause[0], begin - 170) : begin]
    right = text[end : end + 110]
    whole = _bracketed(text, begin, end) or text[clause[0] : clause[1]]
    for row in LEAVINGS:
        if row.which not in _SPEAKS_OF[strength]:
            continue
        looked = {"left": left, "right": right, "clause": whole, "above": above}[row.where]
        if row.pattern.search(looked) is None:
            continue
        if row.unless is not None and row.unless.search(right if row.where == "right" else whole):
            continue
        return row
    return None
