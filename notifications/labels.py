"""The fixed words of a letter's frame; the sentences are in the templates."""

from functools import cache

from dondoc.words import Language, Words

LABELS = {
    "to": Words("Kính gửi: ", "To: "),
    "overdue": Words("Đã quá hạn", "Overdue"),
    "today": Words("Hạn hôm nay", "Due today"),
    "week": Words("Đến hạn trong bảy ngày tới", "Due within seven days"),
    "later": Words("Thời gian tới", "Later"),
    "dropped": Words("Không còn phải nộp", "No longer to be handed in"),
    "incomplete": Words("Đã nhận, còn thiếu", "Received, parts missing"),
    "lacking": Words("Chỉ còn thiếu", "Only missing"),
    "changed": Words("Thay đổi", "Changed"),
    "taken_from": Words("Tiếp nhận từ", "Taken over from"),
    "because": Words("Lý do", "Reason"),
    "plan": Words("Kế hoạch", "Plan"),
    "task": Words("Đầu việc", "Item"),
    "due": Words("Thời hạn", "Deadline"),
    "hand_in": Words("Hồ sơ nộp", "Hand in"),
    "collector": Words("Nơi nhận", "Send to"),
    "clause": Words("Căn cứ", "Basis"),
    "returned": Words("Đã trả lại", "Returned"),
    "to_correct": Words("Trả lại để sửa", "Returned for correction"),
    "pressed": Words("Việc quá hạn và đơn vị chưa nộp", "Overdue items and who owes them"),
    "unit": Words("Đơn vị", "Unit"),
    "told_on": Words("đã nhắc ngày {day}", "reminded on {day}"),
    "promised": Words("Hẹn nộp", "Promised"),
    "promised_for": Words("đã hẹn nộp {day}", "promised for {day}"),
    "not_told": Words("chưa có thư nhắc nào đến được", "no reminder has got through"),
    "owing": Words("{n} đơn vị chưa nộp", "Not yet handed in by {n}"),
    "waiting": Words("Bài nộp chờ xem xét", "Submissions waiting for a decision"),
    "waiting_count": Words("Số bài nộp", "Submissions"),
    "left_by": Words("Nơi chưa xem xét", "Not decided by"),
    "review_by": Words("Hạn xem xét", "Decide by"),
    "oldest": Words("Nộp lâu nhất từ", "Oldest from"),
    "units": Words("Đơn vị nộp", "From"),
    "expected": Words("Phải nộp", "Expected"),
    "complete": Words("Đã nộp đủ", "Complete"),
    "on_time": Words("Đúng hạn", "On time"),
    "within_extension": Words("trong đó nhờ gia hạn", "of them by extension"),
    "overdue_count": Words("Quá hạn chưa nộp", "Overdue"),
    "waiting_review": Words("Chờ xem xét", "Waiting for review"),
    "contact_problems": Words("Đơn vị chưa liên lạc được", "Units not reached"),
    "due_this_week": Words("Đến hạn trong tuần", "Due this week"),
    "latest": Words("Chậm nộp lâu nhất", "Longest overdue"),
    "more": Words("… và {n} dòng khác không liệt kê trong thư.", "… and {n} more, not listed."),
    "number": Words("Số giấy biên nhận", "Receipt number"),
    "version": Words("Lần nộp", "Version"),
    "received": Words("Thời điểm nhận", "Received"),
    "verdict": Words("Kết quả", "Result"),
    "files": Words("Tệp đã nhận", "Files received"),
    "missing": Words("Còn thiếu", "Still missing"),
    "paper": Words("Bản giấy", "Paper originals"),
    "taken": Words("Đã đưa vào bản nháp", "Put into the draft"),
    "refused": Words("Không nhận được", "Not taken"),
    "unplaced": Words("Chưa rõ thuộc đầu việc nào", "Not clear what it belongs to"),
    "mailed": Words("Máy chủ thư nhận lúc", "Received by the mail server"),
    "asked_by": Words("Người gửi", "From"),
    "asked_unit": Words("Trả lời thư gửi cho", "In answer to the letter to"),
    "subject": Words("Tiêu đề", "Subject"),
    "signature": Words("Chữ ký số (Ed25519)", "Signature (Ed25519)"),
    "link": Words(
        "Nộp và theo dõi tại liên kết riêng của đơn vị, không cần tài khoản (đề nghị không chuyển "
        "cho người khác):",
        "Hand in and follow up at your unit's own link, without an account (please do not pass it "
        "on):",
    ),
    "link_superior": Words(
        "Việc của chính đơn vị mình và lời hẹn ngày nộp, tại liên kết riêng (đề nghị không chuyển "
        "cho người khác):",
        "What your own unit owes, and the day you promise, at your own link (please do not pass "
        "it on):",
    ),
    "link_office": Words("Xem và quyết định tại:", "Look and decide at:"),
    "link_sign_in": Words("Mở liên kết rồi bấm Đăng nhập:", "Open the link and press Sign in:"),
    "answered": Words(
        "Có thể trả lời thư này kèm tệp báo cáo: tệp được đưa vào bản nháp của đơn vị, rồi có thư "
        "báo đã nhận tệp nào, còn thiếu gì. Bấm Nộp mới là đã nộp.",
        "You may answer this letter with the report attached: the files go into your unit's draft, "
        "and a letter tells what was taken and what is missing. It is handed in only when you "
        "press Hand in.",
    ),
    "link_account": Words("Xem tài khoản tại:", "Look at the account:"),
    "regards": Words("Trân trọng.", "Yours faithfully,"),
    "footer_plain": Words("Thư lập tự động.", "Written automatically."),
    "footer": Words(
        "Thư lập tự động theo thời hạn ghi trong kế hoạch; mỗi người nhận nhiều nhất một thư nhắc "
        "trong ngày.",
        "Written automatically from the deadlines of the plan; one letter a person a day at most.",
    ),
}


@cache
def labels(language: Language) -> dict[str, str]:
    return {name: words.text(language) for name, words in LABELS.items()}
