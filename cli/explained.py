"""What an argument or option is, where its command does not say it in both languages."""

from typing import Any

HELP = {
    "acknowledge until": "ngày hẹn nộp · the promised day",
    "all_pending": "mọi đơn vị chưa nộp · every unit that has not delivered",
    "amend file": "tệp kế hoạch đã sửa · the changed plan file",
    "as_json": "mỗi dòng một đối tượng · one object a line",
    "component": "thành phần hồ sơ · a component's files",
    "days": "trong bao nhiêu ngày tới · within how many days",
    "deputy_name": "họ tên người thay · the deputy's name",
    "document": "docx, pdf, bản quét, ảnh, txt, md, html · a scan or an image too",
    "end": "đến hết ngày · until the end of",
    "escalate level": "1 thủ trưởng, 2 trưởng cụm, 3 thường trực, 4 lãnh đạo cấp trên · "
    "1 head, 2 head of group, 3 standing office, 4 board",
    "event set day": "ví dụ 15/11/2026 · such as 15/11/2026",
    "extension grant until": "nếu khác ngày đề nghị · where it is not the day asked for",
    "field": "mục của biểu mẫu · a form field",
    "files": "tệp, có thể ghi rõ thành phần · files, their component before them",
    "group": "chỉ cụm, khối này · only this group",
    "html": "ghi bản HTML ra tệp · write the HTML to a file",
    "key": "khóa công khai hoặc dấu vân tay của nơi cấp · the issuer's public key or print",
    "language": "vi hoặc en · vi or en",
    "letters": "ghi từng thư vào thư mục · a folder for every letter",
    "level": "0 đơn vị, 1 thủ trưởng, 2 trưởng cụm, 3 thường trực, 4 lãnh đạo cấp trên · "
    "0 unit, 1 head, 2 head of group, 3 standing office, 4 board",
    "limit": "nhiều nhất mấy dòng · at most so many lines",
    "milestone": "mã mốc · milestone code",
    "name": "tên thư: dondoc letters list · a letter's name",
    "notices": "số của lần nhắc · numbers of notices",
    "number": "số, như lệnh liệt kê · its number, as listed",
    "numbers": "số, như lệnh liệt kê · their numbers, as listed",
    "occurrence": "kỳ, ví dụ 2024-Q3 · occurrence, such as 2024-Q3",
    "output": "ghi ra tệp · the file to write",
    "plan": "mã kế hoạch · plan code",
    "plan_file": "tệp kế hoạch · plan file",
    "receipt show number": "số giấy biên nhận · receipt number",
    "receipt verify file": "tệp giấy biên nhận · receipt file",
    "rehearse units": "danh sách đơn vị · the list of units",
    "return until": "nếu khác ngày theo kế hoạch · where it is not the plan's day",
    "scenario": "tệp kịch bản · scenario file",
    "seat": "vị trí nhận thư: officer, officer:2, head, deputy · the seat",
    "short_notice": "dời sớm hơn mà không đủ ngày báo trước · earlier, at short notice",
    "since": "từ ngày · from",
    "start": "từ ngày · from",
    "step": "bước nhắc: T-7, T+3, L2 … · the step",
    "unit": "mã đơn vị · unit code",
    "units export file": "tệp .xlsx hoặc .csv sẽ ghi · the file to write",
    "units import file": "tệp .xlsx hoặc .csv · an .xlsx or .csv file",
    "units template file": "tệp .xlsx sẽ ghi · the file to write",
    "until": "ngày, ví dụ 15/11/2026 · a day, such as 15/11/2026",
    "year": "năm · year",
}


def explain(part: Any, words: tuple[str, ...]) -> None:
    """Fills in what `part`, a command or a group of them, leaves unsaid."""
    for name, one in getattr(part, "commands", {}).items():
        explain(one, (*words, name))
    for parameter in part.params:
        own = HELP.get(" ".join((*words, parameter.name)), HELP.get(parameter.name))
        if own is not None and " · " not in (getattr(parameter, "help", None) or ""):
            parameter.help = own
