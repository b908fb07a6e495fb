"""The genre's standing phrases. They mend what a scan has damaged; no rule takes a date from them."""

from functools import cache

from documents.reading.folding import fold

_PHRASES = """
Cộng hòa xã hội chủ nghĩa Việt Nam; Độc lập - Tự do - Hạnh phúc; Thành phố Hồ Chí Minh
Ủy ban nhân dân Thành phố; Ủy ban nhân dân Quận; Ủy ban nhân dân huyện; Ủy ban nhân dân phường
Ủy ban nhân dân xã, thị trấn; Ủy ban nhân dân tỉnh; Chủ tịch Ủy ban nhân dân
Ủy ban Mặt trận Tổ quốc Việt Nam và các đoàn thể Quận; Hội đồng nhân dân; Thường trực Quận ủy
Thường trực Hội đồng Thi đua - Khen thưởng Quận; cơ quan Thường trực Hội đồng Thi đua - Khen thưởng
Hội đồng Thi đua và Khen thưởng; Ban Thi đua - Khen thưởng Thành phố; Ban Thi đua - Khen thưởng tỉnh
Phòng Nội vụ Quận; Phòng Nội vụ huyện; Sở Nội vụ; Phòng Giáo dục và Đào tạo Quận; Phòng Tài chính - Kế hoạch
Phòng Văn hóa và Thông tin; Phòng Kinh tế; Phòng Tư pháp; Phòng Quản lý đô thị; Văn phòng Ủy ban
các phòng, ban, đơn vị thuộc Quận; các ban ngành, đoàn thể; các cơ quan, đơn vị, địa phương
các ban Đảng; các sở, ban, ngành; Thủ trưởng các cơ quan, đơn vị; Các Cụm, Khối thi đua thuộc Quận; Cụm trưởng, Khối trưởng
Cụm thi đua; Khối thi đua; Khối Phường; Ban Chỉ huy Quân sự; Công an Quận; Liên đoàn Lao động; Hội Liên hiệp Phụ nữ
ngành Giáo dục và Đào tạo Quận; đơn vị sự nghiệp; doanh nghiệp; trường học; tổ chức chính trị - xã hội; Đảng bộ
phát động phong trào thi đua yêu nước; phong trào thi đua năm; thực hiện thắng lợi các mục tiêu, nhiệm vụ
phát triển kinh tế - xã hội năm; kế hoạch phát động; tổ chức thực hiện; triển khai thực hiện; mục đích, yêu cầu
đăng ký danh hiệu thi đua; đăng ký thi đua; ký kết giao ước thi đua; ban hành nội dung tiêu chí thi đua
ban hành thang điểm thi đua năm; xây dựng kế hoạch; xây dựng thang điểm; báo cáo kết quả thực hiện
báo cáo sơ kết phong trào thi đua; báo cáo tổng kết; thực hiện báo cáo; gửi báo cáo về; báo cáo công tác thi đua
tổ chức sơ kết; tổ chức tổng kết và bình xét đơn vị dẫn đầu; sơ kết giao ước thi đua; thực hiện báo cáo tổng kết hoạt động
bình xét danh hiệu thi đua, khen thưởng; chấm điểm, xếp hạng thi đua; gửi hồ sơ đề xuất; gửi hồ sơ về
hồ sơ đề nghị khen thưởng; hồ sơ giới thiệu Quý; hồ sơ sinh hoạt Cụm, Khối thi đua; gương điển hình tiên tiến; người tốt việc tốt
giới thiệu gương; lựa chọn gương; mô hình, công trình, giải pháp; đánh giá phong trào; gửi đề xuất về; gửi về
theo đúng thời gian quy định; đúng thời gian quy định; theo đúng thành phần và thời gian quy định; thời gian cụ thể
theo định kỳ; định kỳ hàng quý; hằng năm; hàng năm; hằng tháng; theo quy định; cụ thể như sau; để tổng hợp báo cáo Thành phố
6 tháng đầu năm; 6 tháng cuối năm; trước ngày; từ ngày; đến ngày; chậm nhất là ngày; không quá ngày; thực hiện trước ngày
năm học; trong tháng; trong quý; vào quý; tiến độ, thời gian thực hiện; đối với các cơ quan, đơn vị, địa phương
quyết định số; kế hoạch số; chỉ thị số; công văn số; nghị quyết số; căn cứ; của Ủy ban nhân dân; về việc
kỷ niệm năm ngày; kỷ niệm ngày; chào mừng kỷ niệm; Giải phóng miền Nam, thống nhất đất nước; Nơi nhận; Kính gửi
đề nghị các; đề nghị Thủ trưởng; giao Phòng; giao Thường trực; trên đây là kế hoạch; ngày thành lập; lưu ý; thành viên; tờ trình; biên bản họp xét; bản báo cáo thành tích; danh sách trích ngang; bản đăng ký
các ấp, khu phố; các ngành, đoàn thể xã; Ban nhân dân các ấp; Văn phòng - Thống kê xã; các xóm, thôn; cán bộ, công chức
"""


class Lexicon(dict[str, frozenset[str]]):
    """Folded syllable → the folded syllables that follow it in a standing phrase."""


@cache
def phrases() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """(folded words, written words) of every phrase, longest first."""
    spoken = [phrase.split() for line in _PHRASES.splitlines() for phrase in line.split(";")]
    pairs = [
        (tuple(fold(word).strip(",.") for word in words), tuple(words)) for words in spoken if words
    ]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def lexicon() -> Lexicon:
    followers: dict[str, set[str]] = {}
    for plain, _ in phrases():
        words = [word for word in plain if word.isalpha()]
        for word, after in zip(words, [*words[1:], ""], strict=True):
            followers.setdefault(word, set()).add(after)
    return Lexicon({word: frozenset(after - {""}) for word, after in followers.items()})
