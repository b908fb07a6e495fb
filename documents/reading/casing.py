"""The name of a body, from the capitals of a paper's head to how it is written in a sentence."""

from __future__ import annotations

from documents.reading.damage import is_syllable
from documents.reading.folding import fold

_HEADS = tuple(
    tuple(words.split())
    for words in (
        "ủy ban nhân dân; uỷ ban nhân dân; hội đồng nhân dân; ủy ban mặt trận tổ quốc; ủy ban; ban chấp hành; ban thường vụ; ban thường trực; ban quản lý; "
        "ban chỉ đạo; ban chỉ huy; bộ chỉ huy; hội đồng; văn phòng; chi cục; tổng cục; trung tâm; liên đoàn; công đoàn; liên minh; bệnh viện; đảng ủy; đảng bộ; "
        "huyện ủy; tỉnh ủy; thành ủy; quận ủy; công an; khối thi đua; cụm thi đua; tổng công ty; công ty; khối; cụm; sở; phòng; ban; bộ; vụ; cục; hội; trường; viện"
    ).split("; ")
)  # fmt: skip
_COMMON = frozenset(
    (
        "ủy ban nhân dân hội đồng thi đua khen thưởng văn phòng sở bộ cục chi trưởng trung tâm liên mặt trận tổ quốc nội vụ giáo dục và đào tạo tư pháp tài "
        "chính phủ trị kế hoạch y tế hóa thông tin kinh quản lý đầu tư xây dựng khu vực sự nghiệp thanh niên phụ nữ nông lao động thương binh xã kiểm sát tòa án quân "
        "chỉ huy đảng hiệp minh hợp tác tổng khoa học công nghệ môi nguyên thể thao du lịch truyền ngoại phát triển dân tộc tôn tra giao thông vận tải quy kiến "
        "trúc đa tiểu phổ mầm non đại cao đẳng doanh chấp hành ngành thường trực phối tổ chức các đoàn điện bảo hiểm người tuổi cựu chiến luật nhà báo đô thị hạ "
        "tầng đài tập cấp xét tặng dữ liệu trí nhân lực ngân hàng viên cơ quan nước thuế hải dự trữ kho bạc số đội phục vụ hành môi thú giống cây trồng đất đai"
    ).split()
)  # fmt: skip
_SMALL = frozenset({"và", "số", "các", "của", "cấp", "cho", "về"})
_AREAS = frozenset({"huyện", "quận", "tỉnh", "phường", "xã", "tp", "đặc khu"})
_TWO_WORD_AREAS = frozenset(
    {("thành", "phố"), ("thị", "trấn"), ("thị", "xã"), ("đặc", "khu"), ("khu", "vực")}
)
_NO_AREA = frozenset(
    {("xã", "hội"), ("tác", "xã"), ("tỉnh", "ủy"), ("huyện", "ủy"), ("quận", "ủy")}
)


def cased(shout: str) -> str:
    """ỦY BAN NHÂN DÂN HUYỆN BÌNH CHÁNH → Ủy ban nhân dân huyện Bình Chánh."""
    words = shout.split()
    plain = [word.lower().strip(",.") for word in words]
    calm: list[str] = []
    place, opened, named = 0, True, False
    while place < len(words):
        head = next((h for h in _HEADS if tuple(plain[place : place + len(h)]) == h), None)
        area = _area(plain, place)
        if head is not None and not named:
            calm += _head(words[place : place + len(head)], first=calm[-1:] in (["-"], ["–"]))
            place, opened = place + len(head), True
        elif area:
            calm += [word.lower() for word in words[place : place + area]]
            place, opened, named = place + area, True, True
        else:
            word = words[place]
            common = plain[place] in _COMMON or word.isdigit()
            small = plain[place] in _SMALL or not (opened or named or not common)
            calm.append(word.lower() if small else _capital(word))
            named = (named or (not common and not _is_short(word))) and plain[place] not in {
                "-",
                "–",
            }
            opened = plain[place] in {"và", "-", "–"}
            place += 1
    said = " ".join(calm)
    return said[:1].upper() + said[1:]


def _head(words: list[str], *, first: bool) -> list[str]:
    """After a dash a second body begins with a capital too."""
    said = [word.lower() for word in words]
    return [said[0].capitalize(), *said[1:]] if first else said


def _area(plain: list[str], place: int) -> int:
    """How many words here name a kind of area; none where they mean something else."""
    pair = tuple(plain[place : place + 2])
    if pair in _TWO_WORD_AREAS:
        return 2
    before = tuple(plain[max(place - 1, 0) : place + 1])
    alone = plain[place] in _AREAS and pair not in _NO_AREA and before not in _NO_AREA
    return int(alone)


def _is_short(word: str) -> bool:
    """An abbreviation (GD&ĐT, THPT) is no syllable."""
    return not word.isalpha() or not is_syllable(fold(word))


def _capital(word: str) -> str:
    return word if _is_short(word) else word.capitalize()
