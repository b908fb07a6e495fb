"""Why a notice was sent or not, in words."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from dondoc.tables import (
    Cause,
    LetterState,
    NoticeState,
    ObligationState,
    Reason,
    Role,
    Stage,
)
from dondoc.words import Words

STATES = {
    NoticeState.PLANNED: Words("dự kiến", "planned"),
    NoticeState.HELD: Words("đang tạm dừng", "on hold"),
    NoticeState.QUEUED: Words("chờ gửi", "queued"),
    NoticeState.SENT: Words("đã gửi", "sent"),
    NoticeState.SKIPPED: Words("không gửi", "skipped"),
    NoticeState.FAILED: Words("gửi hỏng", "failed"),
}

LETTERS = {
    LetterState.QUEUED: Words("chờ gửi", "queued"),
    LetterState.SENDING: Words("đang gửi", "sending"),
    LetterState.SENT: Words("đã gửi", "sent"),
    LetterState.DEFERRED: Words("gửi lại sau", "deferred"),
    LetterState.FAILED: Words("hỏng", "failed"),
    LetterState.DROPPED: Words("không còn gì để nói", "dropped"),
}

REASONS = {
    Reason.SUBMITTED: Words("đơn vị đã nộp", "the unit had submitted"),
    Reason.RECEIVED: Words(
        "đã nhận bài còn thiếu, có lý do; chờ nơi nhận xét",
        "received incomplete, with reasons; the collector decides next",
    ),
    Reason.ACCEPTED: Words("bài nộp đã được nhận", "the submission had been accepted"),
    Reason.EXEMPT: Words("đơn vị được miễn", "the unit is exempt"),
    Reason.EXTENDED: Words("đã gia hạn, nhắc theo hạn mới", "extended; the new date is reminded"),
    Reason.REVOKED: Words(
        "đã thu hồi gia hạn, nhắc theo hạn của kế hoạch",
        "the extension was revoked; the printed date is reminded",
    ),
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
    Reason.HANDED_OVER: Words("đã chuyển cho đơn vị khác", "handed over to another unit"),
    Reason.ACKNOWLEDGED: Words(
        "đã hẹn ngày nộp; chờ đến hết ngày hẹn",
        "a date was promised; superiors wait for its end",
    ),
    Reason.REVIEWED: Words("bài nộp đã được xét", "the submission had been decided on"),
    Reason.WITHDRAWN: Words("đơn vị đã rút bài nộp", "the unit took its submission back"),
    Reason.REFUSED: Words("máy chủ thư từ chối hẳn", "the mail server refused it for good"),
    Reason.AMENDED: Words(
        "kế hoạch đã điều chỉnh, nhắc theo phiên bản mới",
        "the plan was amended; its new version is reminded",
    ),
    Reason.BOUNCED: Words(
        "thư đã nhận rồi bị trả lại", "the letter came back after it had been accepted"
    ),
    Reason.EMPTY: Words("không có gì để báo", "there was nothing to report"),
    Reason.CANCELLED: Words("đã quyết định bỏ lần nhắc này", "somebody cancelled this sending"),
}

DEMANDED = {
    "told_today": Words("hôm nay đã báo", "told today"),
    "promised": Words("đã hẹn ngày nộp", "promised"),
    "held": Words("chờ, đang tạm dừng", "waits, on hold"),
}
"""Why a sending that somebody demands is not planned at once."""

STAGES = {
    Stage.ANNOUNCE: Words("thông báo", "announcement"),
    Stage.REMIND: Words("nhắc hạn", "reminder"),
    Stage.CHANGED: Words("thay đổi thời hạn", "change"),
    Stage.EXTENSION: Words("trả lời về gia hạn", "about an extension"),
    Stage.TAKEN_OVER: Words("tiếp nhận việc", "taken over"),
    Stage.RETURNED: Words("trả lại để sửa", "returned for correction"),
    Stage.DUE: Words("đến hạn", "due"),
    Stage.REVIEW: Words("nhắc xét", "review"),
    Stage.OVERDUE: Words("quá hạn", "overdue"),
    Stage.DIGEST: Words("tổng hợp tuần", "weekly digest"),
    Stage.ESCALATE: Words("báo cáo cấp trên", "escalation"),
}

OBLIGATIONS: dict[str, Words] = {
    ObligationState.OPEN: Words("chưa nộp", "not handed in"),
    ObligationState.INCOMPLETE: Words(
        "đã nộp, còn thiếu có lý do, chờ xét", "handed in, parts missing with reasons, in review"
    ),
    ObligationState.SUBMITTED: Words("đã nộp, chờ xét", "handed in, waiting for review"),
    ObligationState.RETURNED: Words("đã trả lại để sửa", "returned for correction"),
    ObligationState.RESUBMITTED: Words(
        "đã nộp lại, chờ xét", "handed in again, waiting for review"
    ),
    ObligationState.ACCEPTED: Words("đã được nhận", "accepted"),
    ObligationState.EXEMPT: Words("được miễn", "exempt"),
    "dropped": Words("thôi yêu cầu", "dropped"),
    ObligationState.ENDED: Words("đã chuyển giao hoặc đóng", "handed over or closed"),
}

ROLES = {
    Role.OFFICER: Words("cán bộ đầu mối", "officer"),
    Role.HEAD: Words("thủ trưởng", "head"),
    Role.DEPUTY: Words("cấp phó", "deputy"),
    Role.STAND_IN: Words("người thay", "stand-in"),
}

CAUSES = {
    Cause.REFUSED: Words("máy chủ thư từ chối hẳn", "the mail server refused the letter for good"),
    Cause.GIVEN_UP: Words("đã thôi gửi sau nhiều lần", "given up after many attempts"),
    Cause.BOUNCED: Words("thư bị trả lại", "the letter came back"),
    Cause.NO_CONTACT: REASONS[Reason.NO_CONTACT],
    Cause.NOT_TOLD: REASONS[Reason.CONTACT_PROBLEM],
    Cause.REPORTED: Words("đơn vị báo sai người nhận", "the unit says it is the wrong person"),
}

ONLY_UPWARD = Words("chỉ báo cáo cấp trên", "escalations only")

ACTIONS = {
    "submit": Words("nộp", "submitted"),
    "submit_incomplete": Words("nộp, còn thiếu", "submitted, incomplete"),
    "submit_with_reason": Words("nộp, còn thiếu có lý do", "submitted, incomplete with reasons"),
    "mailed": Words("nhận tệp qua thư, vào bản nháp", "files received by mail, in the draft"),
    "mail_placed": Words(
        "đưa tệp gửi bằng thư vào bản nháp", "put files that came by mail into the draft"
    ),
    "reply_settled": Words("đã xem thư trả lời", "saw to an answer"),
    "accept": Words("nhận bài", "accepted"),
    "return": Words("trả lại", "returned"),
    "ask": Words("đề nghị gia hạn", "asked for an extension"),
    "withdraw": Words("rút đề nghị gia hạn", "withdrew the question"),
    "withdraw_submission": Words("rút bài nộp", "took a submission back"),
    "deny": Words("không chấp thuận gia hạn", "denied an extension"),
    "extend": Words("gia hạn", "extended"),
    "void": Words("không tính bài nộp đầu", "voided the first version"),
    "acknowledge": Words("hẹn nộp", "acknowledged"),
    "revoke": Words("thu hồi gia hạn", "revoked an extension"),
    "exempt": Words("miễn", "exempted"),
    "paper": Words("nhận bản giấy", "received paper originals"),
    "launch": Words("phát động", "launched"),
    "event_set": Words("ghi ngày sự kiện", "set an event's day"),
    "event_unset": Words("rút lại ngày sự kiện", "took an event's day back"),
    "amend": Words("điều chỉnh kế hoạch", "amended"),
    "close": Words("khóa sổ kỳ", "closed"),
    "remind": Words("nhắc theo yêu cầu", "reminded on demand"),
    "escalate": Words("báo cáo cấp trên theo yêu cầu", "escalated on demand"),
    "sign_in": Words("đăng nhập", "signed in"),
    "sign_in_failed": Words("đăng nhập không thành", "failed to sign in"),
    "sign_out": Words("đăng xuất", "signed out"),
    "account_made": Words("tạo tài khoản", "made an account"),
    "account_changed": Words("đổi vai trò tài khoản", "changed an account"),
    "sessions_ended": Words("buộc đăng xuất", "signed an account out"),
    "account_closed": Words("khóa tài khoản", "closed an account"),
    "password_set": Words("đặt mật khẩu", "set a password"),
    "factor_on": Words("bật xác thực hai bước", "switched a second factor on"),
    "factor_off": Words("tắt xác thực hai bước", "switched a second factor off"),
    "factor_reset": Words("hủy xác thực hai bước", "reset a second factor"),
    "factor_required": Words("buộc xác thực hai bước", "required a second factor"),
    "factor_free": Words("thôi buộc xác thực hai bước", "required a second factor no longer"),
    "recovery_codes": Words("tạo mã dự phòng", "made recovery codes"),
    "recovery_used": Words("dùng mã dự phòng", "used a recovery code"),
    "links_ended": Words("hủy liên kết cũ", "ended old links"),
    "hold": Words("tạm dừng gửi", "held"),
    "release": Words("cho gửi tiếp", "released"),
    "skip": Words("bỏ một lần nhắc", "cancelled a sending"),
    "send_again": Words("gửi lại thư", "sent a letter again"),
    "confirm": Words("xác nhận lượt gửi bị chặn", "confirmed a stopped sweep"),
    "contact": Words("đổi người nhận", "contact changed"),
    "contact_mended": Words("hết vướng liên lạc", "contact mended"),
    "contact_reported": Words("báo sai người nhận", "reported a wrong contact"),
    "leave": Words("cho nghỉ, có người thay", "on leave, with a deputy"),
    "leave_end": Words("kết thúc nghỉ", "leave ended"),
    "unit_merge": Words("nhập đơn vị", "units merged"),
    "unit_split": Words("tách đơn vị", "unit split"),
    "unit_dissolve": Words("giải thể đơn vị", "unit dissolved"),
    "unit_rename": Words("đổi tên đơn vị", "unit renamed"),
    "unit_change_withdrawn": Words("rút lại thay đổi đơn vị", "unit change withdrawn"),
    "hand_over": Words("chuyển việc cho đơn vị kế thừa", "handed over"),
    "take_over": Words("tiếp nhận việc", "taken over"),
    "close_open": Words("đóng việc còn dở", "closed with its unit"),
}
"""Event actions; another action is shown as it was written."""

FACTS = {
    "event": Words("sự kiện", "event"),
    "day": Words("ngày", "day"),
    "occurrence": Words("kỳ", "occurrence"),
    "version": Words("lần nộp", "version"),
    "versions": Words("lần nộp", "versions"),
    "files": Words("số tệp", "files"),
    "file_names": Words("tệp", "files"),
    "receipt": Words("giấy biên nhận", "receipt"),
    "reply": Words("thư trả lời số", "answer no."),
    "sender": Words("người gửi", "sender"),
    "due_on": Words("hạn", "due"),
    "correct_by": Words("sửa chậm nhất ngày", "correct by"),
    "state": Words("tình trạng", "state"),
    "plan_version": Words("phiên bản", "version"),
    "milestones": Words("mốc", "milestones"),
    "moved": Words("đầu việc đổi hạn", "dates moved"),
    "added": Words("đầu việc thêm", "obligations added"),
    "dropped": Words("đầu việc bỏ", "obligations dropped"),
    "cancelled": Words("lần nhắc hủy", "notices cancelled"),
    "armed": Words("lần nhắc lập lại", "notices planned anew"),
    "told": Words("người nhận thư", "people told"),
    "components": Words("thành phần", "components"),
    "first_complete_at": Words("bài đủ đầu tiên", "first complete version"),
    "promised_on": Words("hẹn nộp ngày", "promised"),
    "level": Words("cấp", "level"),
    "extension": Words("gia hạn số", "extension no."),
    "units": Words("đơn vị", "units"),
    "obligations": Words("số đầu việc", "obligations"),
    "notices": Words("số lần nhắc", "notices"),
    "expected": Words("phải nộp", "expected"),
    "received": Words("đã nộp", "received"),
    "missing": Words("còn thiếu", "missing"),
    "sets": Words("số bộ đã nhận", "sets received"),
    "asked": Words("số bộ yêu cầu", "sets asked for"),
    "hold": Words("lệnh tạm dừng số", "hold no."),
    "only_upward": ONLY_UPWARD,
    "group": Words("cụm, khối", "group"),
    "from": Words("từ", "from"),
    "until": Words("đến", "until"),
    "step": Words("bước nhắc", "step"),
    "notice": Words("lần nhắc số", "notice no."),
    "letters": Words("số thư", "letters"),
    "letter": Words("thư số", "letter no."),
    "usual": Words("ngày nhiều nhất", "busiest day"),
    "late": Words("chưa nộp khi hết hạn", "outstanding at the deadline"),
    "role": Words("vai trò", "role"),
    "office": Words("cơ quan", "office"),
    "addresses": Words("số địa chỉ", "addresses"),
    "seat": Words("vị trí", "seat"),
    "name": Words("họ tên", "name"),
    "email": Words("địa chỉ", "address"),
    "unit_change": Words("thay đổi đơn vị số", "unit change no."),
    "on": Words("từ ngày", "from"),
    "from_units": Words("đơn vị cũ", "units before"),
    "into": Words("đơn vị kế thừa", "successors"),
    "to": Words("đến hết", "to the end of"),
    "deputy": Words("người thay", "deputy"),
}
"""What a decision changed or says besides; another fact is shown under its own name."""
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d).*)?", re.ASCII)
YES = Words("có", "yes")
REASON = Words("lý do: {reason}", "reason: {reason}")

NOTES = {
    "carried": Words("chuyển sang ngày làm việc sau", "carried to the next working day"),
    "vacant": Words("khuyết", "vacant"),
    "leave": Words("đang nghỉ", "on leave"),
    "refused": Words("hộp thư không nhận thư", "mailbox refuses letters"),
    "head": Words("thủ trưởng đơn vị", "head of the unit"),
    "group_head": Words("trưởng cụm, khối", "head of the group"),
    "standing_office": Words("cơ quan thường trực", "standing office"),
    "board": Words("lãnh đạo cấp trên", "board"),
    "officer": ROLES[Role.OFFICER],
    "deputy": ROLES[Role.DEPUTY],
    "stand_in": ROLES[Role.STAND_IN],
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


class Decided(Protocol):
    """An entry of the record, or what was made of it."""

    @property
    def reason(self) -> str | None: ...
    @property
    def before(self) -> Mapping[str, Any] | None: ...
    @property
    def after(self) -> Mapping[str, Any] | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def by_whom(actor: str, on_behalf: str | None) -> str:
    return actor if on_behalf in (None, actor) else f"{actor} ({on_behalf})"


def told(decided: Decided) -> list[Words]:
    """Why, what changed, and what else there is to say; one phrase each."""
    found = []
    if decided.reason:
        found.append(Words(*(part.format(reason=decided.reason) for part in REASON)))
    before, after = decided.before or {}, decided.after or {}
    for name in dict.fromkeys((*before, *after)):
        old, new = _value(before.get(name)), _value(after.get(name))
        found.append(_labelled(name, Words(f"{old.vi} → {new.vi}", f"{old.en} → {new.en}")))
    found += [
        _labelled(name, _value(fact))
        for name, fact in decided.facts.items()
        if fact not in (None, "", [], {})
    ]
    return found


def _labelled(name: str, value: Words) -> Words:
    label = FACTS.get(name, Words(name, name))
    return Words(f"{label.vi}: {value.vi}", f"{label.en}: {value.en}")


def _value(fact: Any) -> Words:
    """Dates as people write them, states in words."""
    if fact is None:
        return Words("–", "–")
    if fact is True:
        return YES
    if isinstance(fact, list):
        several = [_value(one) for one in fact]
        return Words(", ".join(one.vi for one in several), ", ".join(one.en for one in several))
    said = str(fact)
    written = _DAY.fullmatch(said)
    if written is not None:
        year, month, day, at = written.groups()
        said = f"{at or ''} {day}/{month}/{year}".strip()
    return OBLIGATIONS.get(said, Words(said, said))
