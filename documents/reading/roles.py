"""Who owes and to whom: the phrases of the text, as they stand."""

from __future__ import annotations

import re

_ORG = (
    r"(?:(?:cac|nhung|tung|moi|toan bo|toan the|tat ca|ca|hai|ba|\d{1,3}) )*"
    r"(?:co quan|don vi|dia phuong|thu truong|nguoi dung dau|chu tich|uy ban|ubnd|ub\.? ?mttq\w*|ubmttq\w*|hdnd|hoi dong|so(?! ket| lieu| voi| sanh)"
    r"|ban(?! hanh| tin| chi thi| dang ky| cam ket)|bo(?! sung| tri| phieu| ho so)|phong(?! trao| phu| tranh)|p\. ?\w+|van phong|vp\.? ?\w*|cuc|chi cuc|vu(?! viec)|tong cuc|truong(?! hop)"
    r"|trung tam|khoa(?! hoc| hop| xi+| luan)|cong an|cong doan|doan(?! ket| kiem tra)|hoi(?! nghi| thi\b| thao| dam)|lien doan|lien hiep|lien minh|cum|khoi|thuong truc|to(?! chuc| trinh)|to chuc (?:chinh tri|dang|xa hoi|doan the|hoi|co so(?! du lieu| do| thuc| phap)|ca nhan)|to chuc(?= (?:da|nop|gui|lap|dang ky|tham gia|tham du|duoc|co nhu cau)\b)"
    r"|xi nghiep|nha may|phan xuong|chi nhanh|huyen doan|quan doan|doanh nghiep|tong cong ty|cong ty|nganh|tap the|ca nhan|thanh vien|bo phan|can bo|cong chuc|giao vien|hoc sinh|sinh vien|nguoi lao dong|doan vien|hoi vien|dang vien|van thu|thu ky|to truong|bi thu|cap uy|uy vien|cap(?= [a-z, ]{3,60}:)|cap (?:hoi|doan|bo doan|cong doan|mat tran)|ho gia dinh|(?<=hai )ben|(?<=cac )ben|giam doc|hieu truong|lanh dao|dang uy|dang bo|chi bo|tinh uy|thanh uy|quan uy|huyen uy"
    r"|tinh(?! hinh| than| nang| chat)|thanh pho|quan(?! tam| trong| triet| ly| he| chung| su| diem)|huyen|xa(?! hoi)|phuong(?! phap| cham| an| huong| thuc| tien)|thi tran|thi xa|dac khu|benh vien|mat tran|kho bac|bao hiem|toa an|vien kiem sat|nha truong|thu tuong|chinh phu|tac gia|doan the|cap tren|khu pho|thon|ap(?! dung)|to dan pho|chi doan|luc luong|bch|bqt|pho chu tich|chanh van phong|co so(?! du lieu| do| thuc| phap))"
)
ORG = re.compile(rf"(?<!\w){_ORG}(?!\w)")

_VERB = (
    r"(?:co trach nhiem|chiu trach nhiem|chu dong|tien hanh|to chuc(?! chinh tri| dang| xa hoi| doan the| hoi(?! nghi| thi| thao| dam)| co so)|thuc hien|bao cao|gui|nop|lap|xay dung|dang ky|trien khai"
    r"|chu tri|phoi hop|tham muu|tong hop|binh xet|binh chon|cham diem|xem xet|can cu|hoan thanh|hoan thien|phan cong|giao(?! duc| thong| uoc| luu| dich| vien| trinh)|tap hop|yeu cau|cu the hoa|hoan tat|ra soat|de xuat|gioi thieu|tiep nhan|huong dan|theo doi|danh gia|ban hanh|quan triet"
    r"|trinh|xet|so ket|tong ket|phai|duoc|hop|lua chon|chon|cham(?! nhat| diem)|giup|thong bao|chuyen(?! mon| de| nghiep| trach| doi| vien| giao| nganh)|cap nhat|kien nghi|cu can bo|cu cong chuc|cu nguoi|se|can phai|can|kiem tra|de nghi|ky ket|ky giao|phat dong|gop y|tham dinh|day manh|tiep tuc|khen thuong|tu cham|tu danh gia|cong nhan"
    r"|chap hanh|khan truong|nghiem tuc|phat huy|bo sung|bo phieu|tham gia|tuyen truyen|don doc|dam bao|bao dam|cung cap|thuong xuyen|dong thoi|kip thoi|rut kinh nghiem|neu|hang nam|hang quy|hang thang|dinh ky|truoc|cham nhat|trong|tu ngay|den ngay|theo|de|:|;(?! ?"
    + _ORG
    + r")|\.)"
)
VERB = re.compile(rf"(?<!\w){_VERB}(?!\w)")

_AFTER_ADDRESS = re.compile(
    r"(?<!\w)(?:de nghi|yeu cau|giao|phan cong|doi voi|trach nhiem cua) (?=" + _ORG + r"(?!\w))"
)

_LISTING = re.compile(r"^(?:[\s\d.)/+~•*·\"-]|[a-z]\d?[).](?=\s)|[ivx]+\.|dieu \d+\.?)+")
_ONLY = re.compile(r"(?:rieng|doi voi|ve phia)(?: doi voi)? (?=" + _ORG + r"(?!\w))")
_LABEL = re.compile(
    r"(?:(?:buoc|dot|giai doan|lan|vong|viec|nhiem vu|noi dung) (?:thu )?(?:\d{1,2}|[ivx]+|mot|hai|ba|tu|nhat)|(?!"
    + _ORG
    + r")[a-z][a-z ]{2,45}(?: \d{2,4})?)\s?[:.]\s+(?="
    + r"(?:ngay|truoc|cham nhat|tu|den|trong|hang|moi|dinh ky|sau|"
    + _ORG
    + r")(?!\w))"
)
""" "Bước 2: chậm nhất ngày 05 …, các ấp gửi": a label before the sentence."""
_OPENING = re.compile(
    r"(?:(?:hang|moi|dinh ky)(?: hang)? (?:nam|quy|thang|6 thang|tuan)|dinh ky[^,]{0,40}|tren co so[^,]{0,160}|can cu[^,]{0,160}|truoc ngay[^,:]{0,40}"
    r"|cham nhat[^,:]{0,40}|tu ngay[^,:]{0,50}|den ngay[^,:]{0,30}|trong [^,:]{0,120}|sau khi[^,]{0,60}|ngay [^,:]{0,30}|quy [^,:]{0,20}|thang [^,:]{0,20}|khi [^,]{0,60})\s?[,:]\s*"
)


def subject(text: str) -> tuple[int, int] | None:
    """The span of the unit phrase a sentence begins with, or that is addressed in it."""
    start = 0
    listing = _LISTING.match(text)
    if listing is not None:
        start = listing.end()
    only = _ONLY.match(text, start)
    start = only.end() if only is not None else start
    for _ in range(4):
        opening = _OPENING.match(text, start) or _LABEL.match(text, start)
        if opening is None:
            break
        start = opening.end()
    addressed = _AFTER_ADDRESS.search(text, start)
    org = ORG.match(text, start)
    if org is None and addressed is not None:
        org = ORG.match(text, addressed.end())
    if org is None:
        org = _after_label(text, start)
    if org is not None and addressed is None and _INTRODUCTION.search(text, org.end()):
        return None
    return None if org is None else _extent(text, org)


_INTRODUCTION = re.compile(
    r"(?:xay dung|ban hanh|thong bao|huong dan|trien khai|quy dinh|to chuc|phat dong|cu the hoa)(?!\w).*(?:nhu sau|sau day|(?:noi dung|nhiem vu|cu the)(?: \w+){0,3} sau|cu the)\s?:$"
)
""" "Ủy ban nhân dân phường xây dựng Kế hoạch với các nội dung sau:" names who issues it, not who owes."""

_PHRASED = re.compile(
    r"(?:trong|truoc|theo|hang|moi|dinh ky|can cu|tren co so|sau|nham|de|rieng|vao|khi|cham nhat|tu|den|ngoai|ket thuc|den het|dong thoi|nay|qua|voi|thuc hien)(?!\w)"
)


_SENT_TO = re.compile(r"(?<!\w)(?:trinh|gui|nop|bao cao|de nghi) " + _ORG + r"(?!\w)[^,;:]*$")


def _after_label(text: str, start: int) -> re.Match[str] | None:
    """ "Khen thưởng đột xuất: cơ quan, đơn vị gửi …": a label or an opening phrase stands before."""
    for mark in re.finditer(r"[:,] ", text[start : start + 130]):
        org = ORG.match(text, start + mark.end())
        before = text[start : start + mark.start()]
        if org is None or (mark[0] == ", " and not _PHRASED.match(before)):
            continue
        if mark[0] == ", " and _SENT_TO.search(before):
            continue  # "hồ sơ trình Thủ tướng, Chủ tịch nước": who receives
        verb = VERB.search(text, org.end())
        between = text[org.end() : verb.start()] if verb is not None else ""
        if verb is not None and len(between) < 90 and not re.search(r"\d{1,2}/\d", between):
            return org
    return None


def _extent(text: str, org: re.Match[str]) -> tuple[int, int] | None:
    described = _DESCRIBED.match(text, org.start())
    verb = VERB.search(text, described.end() if described is not None else org.end())
    end = verb.start() if verb is not None else len(text)
    if verb is not None and _ADDRESSES.fullmatch(verb[0]):
        other = ORG.match(text, verb.end() + 1)
        if other is not None:
            return _extent(text, other)
    phrase = re.sub(r" (?:vua|da|dang|moi|cung)$", "", text[org.start() : end].rstrip(" ,:;-"))
    if len(phrase) > 260:
        return None
    return org.start(), org.start() + len(phrase)


_DESCRIBED = re.compile(
    r"(?:cac )?(?:co quan|don vi|co quan, don vi|doanh nghiep|tap the|dia phuong)(?: duoc (?:giao|phan cong))? (?:chu tri|chu quan|trinh|phu trach|quan ly|de nghi|tham gia|phoi hop)"
    r"(?= (?:[a-z]+[ -]+){1,14}(?:gui|nop|lap|bao cao|trinh|hoan thanh)(?!\w))"
)
""" "Cơ quan chủ trì phong trào gửi hồ sơ": which body it is, not yet what it does."""

_ADDRESSES = re.compile(r"de nghi|yeu cau|giao|phan cong|huong dan|thong bao")
_STOPS = (
    r"(?:truoc|cham nhat|de(?! nghi)|theo|trong(?! ung)|tu ngay|den ngay|dong thoi|xem xet|tong hop|chu tri|khong qua|han|vao|bang|kem|ket qua|thoi gian|dinh ky|thuc hien|gom|va (?:gui|dang|to chuc|bao cao|thong bao|thuc hien|chiu|nop)"
    r"|ho so|bao cao|ke hoach|danh sach|hang|moi nam|chu dong|phat dong|tham dinh|ban hanh|quyet dinh|(?<!- )(?<!va )khen thuong|so ket|tong ket(?! luan)|to chuc(?! chinh tri| dang| xa hoi)|tham gia|phoi hop|cham nhat|duoc|co trach nhiem|kiem tra|lap|hoan thanh|ve (?!truc)|sau khi|ngay|khi|qua|thong qua|chap thuan|cho y kien|phe duyet|trinh|tuyen|xet|cong nhan|xin|gui|neu|de nghi|dam bao|bao dam|muon|trien khai|ket thuc|ky(?! hop)|\d{1,2}/)"
)
_PEOPLE = r"(?:cac |nhung |tung )?(?:tap the|ca nhan|can bo|cong chuc|tac gia|nguoi)"
_RECIPIENT = re.compile(
    rf"(?:(?<!\w)(?:bao cao|trinh|tham muu|(?:(?<=va )|(?<=de )|(?<=, ))de nghi|dang ky (?:voi|tai)|gui)(?: len| lai)? (?P<direct>(?!{_PEOPLE}){_ORG})|(?<!\w)(?:gui|nop|chuyen|trinh|bao cao|giui|de xuat|tong hop|ho so|dang ky|danh sach|ke hoach|gop y|y kien|van ban|de nghi|phieu|bien ban|cung cap|thong bao|phan anh)(?!\w)[^.;]{{0,420}}?(?<!\w)(?:ve|cho|den|toi|thong qua|qua)(?: co quan)? (?P<via>(?!{_PEOPLE}){_ORG}))(?!\w)"
)
_END = re.compile(rf"\s(?:{_STOPS})(?!\w)|[.;:()\[\]\"|]|, (?!(?:va )?{_ORG})")


def recipients(text: str) -> list[tuple[int, int]]:
    """Spans of the bodies something goes to, in order: the first is who collects, the last who gets
    it in the end."""
    found: list[tuple[int, int]] = []
    place = 0
    while (match := _RECIPIENT.search(text, place)) is not None:
        start = match.start("via") if match["via"] else match.start("direct")
        end = _org_end(text, start, match.end())
        if not _SIGNS.match(text, end):
            found.append((start, end))
        place = max(end, match.end())
    return found


_SIGNS = re.compile(r" (?:xem xet, )?ky(?:,| duyet| ban hanh| va| de)* (?:gui|trinh|bao cao)(?!\w)")
""" "trình Bộ trưởng ký gửi Bộ Nội vụ": who signs receives nothing."""

_BRACKET = re.compile(rf"\s?\((?:qua |thong qua |la )?(?:co quan )?{_ORG}[^)]{{0,60}}\)")


def _org_end(text: str, start: int, named: int) -> int:
    stop = _END.search(text, max(start + 2, named - 1))
    end = stop.start() if stop is not None else len(text)
    if stop is not None and stop[0].strip() == "(":
        bracket = _BRACKET.match(text, end - (text[end - 1] == " "))
        if bracket is not None:
            return bracket.end()
    return len(text[:end].rstrip(" ,-"))
