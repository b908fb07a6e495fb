"""Why a notice was sent or not, in words."""

from dondoc.tables import NoticeState, Reason, Role, Stage
from dondoc.words import Words

STATES = {
    NoticeState.PLANNED: Words("dự kiến", "planned"),
    NoticeState.QUEUED: Words("chờ gửi", "queued"),
    NoticeState.SENT: Words("đã gửi", "sent"),
    NoticeState.SKIPPED: Words("không gửi", "skipped"),
    NoticeState.FAILED: Words("gửi hỏng", "failed"),
}

REASONS = {
    Reason.SUBMITTED: Words("đơn vị đã nộp", "the unit had submitted"),
    Reason.ACCEPTED: Words("bài nộp đã được nhận", "the submission had been accepted"),
    Reason.EXEMPT: Words("đơn vị được miễn", "the unit is exempt"),
    Reason.EXTENDED: Words("đã gia hạn, nhắc theo hạn mới", "extended; the new date is reminded"),
    Reason.RETURNED: Words(
        "bài nộp bị trả lại, nhắc theo hạn sửa", "returned; the correction date is reminded"
    ),
    Reason.SUPERSEDED: Words(
        "đã có lần nhắc sau thay thế", "a later notice for the same item went in its place"
    ),
    Reason.NO_CONTACT: Words("không có ai để gửi", "there is nobody to write to"),
    Reason.CONTACT_PROBLEM: Words(
        "chưa có thư nhắc đơn vị nào được máy chủ thư tiếp nhận",
        "no mail server ever accepted a reminder to the unit itself",
    ),
    Reason.DISSOLVED: Words("đơn vị không còn", "the unit no longer exists"),
    Reason.REVIEWED: Words("bài nộp đã được xét", "the submission had been decided on"),
    Reason.REFUSED: Words("máy chủ thư từ chối hẳn", "the mail server refused it for good"),
    Reason.EMPTY: Words("không có gì để báo", "there was nothing to report"),
}

STAGES = {
    Stage.ANNOUNCE: Words("thông báo", "announcement"),
    Stage.REMIND: Words("nhắc hạn", "reminder"),
    Stage.DUE: Words("đến hạn", "due"),
    Stage.REVIEW: Words("nhắc xét", "review"),
    Stage.OVERDUE: Words("quá hạn", "overdue"),
    Stage.DIGEST: Words("tổng hợp tuần", "weekly digest"),
    Stage.ESCALATE: Words("báo cáo cấp trên", "escalation"),
}

ROLES = {
    Role.OFFICER: Words("cán bộ đầu mối", "officer"),
    Role.HEAD: Words("thủ trưởng", "head"),
    Role.DEPUTY: Words("cấp phó", "deputy"),
}

ACTIONS = {
    "submit": Words("nộp", "submitted"),
    "submit_incomplete": Words("nộp, còn thiếu", "submitted, incomplete"),
    "accept": Words("nhận bài", "accepted"),
    "return": Words("trả lại", "returned"),
    "extend": Words("gia hạn", "extended"),
    "exempt": Words("miễn", "exempted"),
    "launch": Words("phát động", "launched"),
    "close": Words("khóa sổ kỳ", "closed"),
    "remind": Words("nhắc theo yêu cầu", "reminded on demand"),
    "escalate": Words("báo cáo cấp trên theo yêu cầu", "escalated on demand"),
}
"""Event actions; another action is shown as it was written."""

NOTES = {
    "carried": Words("chuyển sang ngày làm việc sau", "carried to the next working day"),
    "vacant": Words("khuyết", "vacant"),
    "head": Words("thủ trưởng đơn vị", "head of the unit"),
    "group_head": Words("trưởng cụm, khối", "head of the group"),
    "standing_office": Words("cơ quan thường trực", "standing office"),
    "board": Words("lãnh đạo cấp trên", "board"),
    "officer": ROLES[Role.OFFICER],
    "deputy": ROLES[Role.DEPUTY],
    "not_told": REASONS[Reason.CONTACT_PROBLEM],
    "no_contact": REASONS[Reason.NO_CONTACT],
}
PASSED = Words("bỏ qua: {posts}", "passed over: {posts}")


def noted(note: str) -> Words:
    """A note in the rows' own short words, said for people. Posts alone are those passed over on
    the way up."""
    head, colon, tail = note.partition(": ")
    if colon:
        first, rest = _word(head), _words(tail)
        return Words(f"{first.vi}: {rest.vi}", f"{first.en}: {rest.en}")
    found = _words(note)
    if note in ("carried", "not_told", "no_contact") or note == found.vi:
        return found
    return Words(PASSED.vi.format(posts=found.vi), PASSED.en.format(posts=found.en))


def _words(codes: str) -> Words:
    several = [_word(code) for code in codes.split(", ")]
    return Words(", ".join(one.vi for one in several), ", ".join(one.en for one in several))


def _word(code: str) -> Words:
    return NOTES.get(code, Words(code, code))
