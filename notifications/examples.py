"""One example of every letter, for previews and for the snapshots beside the templates."""

from collections.abc import Callable
from datetime import date

from dondoc.plan.model import Granularity
from dondoc.words import Language, Words
from notifications.account_news import EXAMPLE
from notifications.content import (
    Bucket,
    Content,
    Item,
    Pressed,
    ReceiptFacts,
    StandsFor,
    Summary,
    Waiting,
)
from notifications.links import OWN_ACCOUNT, TO_THE_OFFICE
from notifications.reply_examples import question, received

TODAY = date(2024, 5, 16)

OFFICE = Words(
    "Thường trực Hội đồng Thi đua - Khen thưởng Quận 7",
    "Standing Office of the District 7 Emulation and Commendation Council",
)
PLAN = Words(
    "Phát động phong trào thi đua yêu nước năm 2024", "Patriotic emulation movement of 2024"
)
WARD = Words("Ủy ban nhân dân phường Tân Phú", "People's Committee of Tan Phu Ward")
OTHER_WARD = Words("Ủy ban nhân dân phường Bình Thuận", "People's Committee of Binh Thuan Ward")
THIRD_WARD = Words("Ủy ban nhân dân phường Phú Thuận", "People's Committee of Phu Thuan Ward")
READER = Words("bà Nguyễn Thị Hoa", "Ms Nguyen Thi Hoa")
COLLECTOR = Words("Phòng Nội vụ Quận 7", "District 7 Department of Home Affairs")
ADDRESS = "https://nop.example.gov.vn"
PROOF = "3f1nU0p7wXcV5bT9dKqYzR2mA8s"


class _Items:
    """One item of each kind: late, due today, before a day, extended, within a quarter."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def late(self) -> Item:
        return self._item(
            name=Words("Đăng ký danh hiệu thi đua", "Registration for emulation titles"),
            due=date(2024, 5, 10),
            late_days=3,
            bucket=Bucket.OVERDUE,
            hand_in=(Words("bản đăng ký (docx, pdf)", "registration form (docx, pdf)"),),
            clause=Words(
                "Các đơn vị đăng ký danh hiệu thi đua từ ngày 30/3 đến ngày 10/5/2024",
                "Units register for emulation titles from 30 March to 10 May 2024",
            ),
            where=Words("Mục IV.1.a", "Section IV.1.a"),
        )

    def today(self) -> Item:
        return self._item(
            name=Words("Hồ sơ đề xuất khen thưởng", "Commendation dossier"),
            due=date(2024, 5, 16),
            bucket=Bucket.TODAY,
            hand_in=(
                Words("tờ trình có chữ ký, 02 bản chính", "signed proposal, 2 originals"),
                Words("báo cáo thành tích", "report of achievements"),
            ),
            clause=Words(
                "Hồ sơ đề xuất khen thưởng gửi chậm nhất là ngày 16/5/2024",
                "Commendation dossiers are sent on 16 May 2024 at the latest",
            ),
            where=Words("Mục IV.1.b", "Section IV.1.b"),
        )

    def before(self) -> Item:
        """*Trước ngày* a Sunday."""
        return self._item(
            name=Words("Báo cáo sơ kết phong trào thi đua", "Mid-year emulation report"),
            occurrence=Words("6 tháng đầu năm 2024", "first half of 2024"),
            due=date(2024, 5, 19),
            last_on=date(2024, 5, 18),
            inclusive=False,
            bucket=Bucket.WEEK,
            hand_in=(
                Words("báo cáo (docx, pdf)", "report (docx, pdf)"),
                Words("ít nhất 01 gương điển hình", "at least one exemplar"),
            ),
            clause=Words(
                "Báo cáo sơ kết phong trào thi đua gửi trước ngày 19/5/2024",
                "The mid-year report is sent before 19 May 2024",
            ),
            where=Words("Mục V.1, trang 14", "Section V.1, page 14"),
        )

    def returned(self) -> Item:
        return self._item(
            name=Words("Hồ sơ sinh hoạt cụm thi đua", "Cluster activity dossier"),
            due=date(2024, 5, 22),
            extended_from=date(2024, 5, 8),
            bucket=Bucket.WEEK,
            returned=Words("thiếu biên bản họp cụm", "the minutes of the meeting are missing"),
            clause=Words(
                "Các cụm, khối gửi hồ sơ sinh hoạt trước ngày 08/5/2024",
                "Clusters send their activity dossiers by 8 May 2024",
            ),
            where=Words("Mục IV.2.b", "Section IV.2.b"),
        )

    def quarter(self) -> Item:
        return self._item(
            name=Words("Hồ sơ giới thiệu gương điển hình", "Exemplar's dossier"),
            occurrence=Words("quý III/2024", "Q3 2024"),
            due=date(2024, 9, 30),
            granularity=Granularity.QUARTER,
            bucket=Bucket.LATER,
            clause=Words("Mỗi quý giới thiệu một gương điển hình", "One exemplar every quarter"),
            where=Words("Mục VI", "Section VI"),
        )

    def _item(
        self,
        *,
        name: Words,
        due: date,
        bucket: Bucket,
        clause: Words,
        where: Words,
        occurrence: Words | None = None,
        last_on: date | None = None,
        inclusive: bool = True,
        granularity: Granularity = Granularity.DAY,
        late_days: int = 0,
        hand_in: tuple[Words, ...] = (),
        extended_from: date | None = None,
        returned: Words | None = None,
    ) -> Item:
        language, last = self.language, last_on or due
        return Item(
            plan=PLAN.text(language),
            plan_number="27/KH-UBND",
            plan_code="quan-7-2024",
            milestone="example",
            name=name.text(language),
            occurrence=occurrence.text(language) if occurrence else "",
            due=due,
            inclusive=inclusive,
            granularity=granularity,
            last_on=last,
            days_left=(last - TODAY).days,
            late_days=late_days,
            bucket=bucket,
            clause=clause.text(language),
            clause_where=where.text(language),
            hand_in=tuple(words.text(language) for words in hand_in),
            collector=COLLECTOR.text(language),
            collector_email="noivu.q7@example.gov.vn",
            unit="tan-phu",
            unit_name=WARD.text(language),
            extended_from=extended_from,
            returned=returned.text(language) if returned else None,
        )


def example(name: str, language: Language) -> Content:
    """`name` is one of notifications.rendering.NAMES."""
    content = Content(
        name=name,
        language=language,
        today=TODAY,
        reader=READER.text(language),
        unit_name=WARD.text(language),
        office=OFFICE.text(language),
    )
    return content.but(_FACTS[name](_Items(language)))


def _announcement(items: _Items) -> dict[str, object]:
    return {"items": (items.before(), items.returned(), items.quarter())}


def _changed(items: _Items) -> dict[str, object]:
    """A date moved, an office and what it takes changed, and a thing no longer asked for."""
    why = Words("Công văn số 77/UBND-NV", "Official letter 77/UBND-NV").text(items.language)
    moved = items.before().but({"was": date(2024, 5, 12), "changed_why": why})
    asked = items.quarter().but({"changes": ("hand_in", "collector"), "changed_why": why})
    dropped = items.late().but(
        {"bucket": Bucket.DROPPED, "changes": ("dropped",), "changed_why": why}
    )
    return {"items": (moved, items.returned(), asked, dropped)}


def _extension(items: _Items) -> dict[str, object]:
    """One granted, one changed, one revoked, one denied."""
    why = Words("đơn vị đang tổ chức đại hội", "the unit holds its congress").text(items.language)
    later = {"changed_why": why, "days_left": 14, "bucket": Bucket.LATER}
    until = {"due": date(2024, 5, 30), "last_on": date(2024, 5, 30), "inclusive": True}
    granted = items.before().but(
        {
            **later,
            **until,
            "was": date(2024, 5, 19),
            "was_inclusive": False,
            "extended_from": date(2024, 5, 19),
            "changes": ("granted",),
        }
    )
    moved = items.returned().but(
        {"was": date(2024, 5, 29), "changes": ("moved",), "returned": None, "changed_why": why}
    )
    revoked = items.quarter().but(
        {"was": date(2024, 10, 15), "changes": ("revoked",), "changed_why": why}
    )
    denied = items.today().but({"changes": ("denied",), "changed_why": why})
    return {"items": (granted, moved, revoked, denied)}


def _taken_over(items: _Items) -> dict[str, object]:
    """One that is overdue, one from two units; the reader's own beside them."""
    why = Words("Nghị quyết về sắp xếp đơn vị", "the resolution on the units").text(items.language)
    ward, other = (one.text(items.language) for one in (OTHER_WARD, THIRD_WARD))
    overdue = items.late().but({"taken_from": (ward,), "changed_why": why})
    merged = items.before().but({"taken_from": (ward, other), "changed_why": why})
    return {"items": (overdue, merged, items.quarter())}


def _returned(items: _Items) -> dict[str, object]:
    flaws = Words(
        "chưa đủ căn cứ khen thưởng; tờ trình: thiếu con dấu; danh sách: sai mẫu",
        "not enough to go on; proposal: no seal; list: wrong form",
    )
    due = {"due": date(2024, 5, 23), "last_on": date(2024, 5, 23), "days_left": 7}
    asked = items.today().but(
        {**due, "bucket": Bucket.WEEK, "returned": flaws.text(items.language)}
    )
    return {"items": (asked, items.before())}


def _reminder(items: _Items) -> dict[str, object]:
    return {"items": (items.before(), items.returned())}


def _due_today(items: _Items) -> dict[str, object]:
    """The officer is on leave."""
    away = StandsFor(
        name=Words("ông Lê Văn Bình", "Mr Le Van Binh").text(items.language),
        role="officer",
        unit_name=WARD.text(items.language),
        absence="leave",
        from_on=date(2024, 5, 6),
        to_on=date(2024, 5, 31),
    )
    return {"items": (items.today(), items.before()), "stands_for": (away,)}


def _overdue(items: _Items) -> dict[str, object]:
    return {"items": (items.late(), items.today(), items.before(), items.quarter())}


def _escalation(items: _Items) -> dict[str, object]:
    language = items.language
    told = Pressed(
        unit="tan-phu",
        unit_name=WARD.text(language),
        level=2,
        items=(items.late().but({"promised": date(2024, 5, 15)}),),
        told_on=date(2024, 5, 13),
    )
    untold = Pressed(
        unit="binh-thuan",
        unit_name=OTHER_WARD.text(language),
        level=2,
        items=(items.late(),),
        told_on=date(2024, 5, 13),
        note="vacant: head",
    )
    return {
        "reader": Words("ông Trần Văn Minh", "Mr Tran Van Minh").text(language),
        "unit_name": Words("Cụm trưởng Cụm thi đua số 2", "Head of Cluster 2").text(language),
        "level": 2,
        "pressed": (told, untold),
    }


def _review(items: _Items) -> dict[str, object]:
    language = items.language
    waiting = Waiting(
        milestone="so-ket",
        name=Words("Báo cáo sơ kết phong trào thi đua", "Mid-year emulation report").text(language),
        occurrence=Words("6 tháng đầu năm 2024", "first half of 2024").text(language),
        count=2,
        oldest=date(2024, 5, 7),
        by=date(2024, 5, 17),
        days_left=1,
        units=(WARD.text(language), OTHER_WARD.text(language)),
    )
    return {"reader": "", "unit_name": COLLECTOR.text(language), "waiting": (waiting,)}


def _digest(items: _Items) -> dict[str, object]:
    summary = Summary(
        plan=PLAN.text(items.language),
        plan_number="27/KH-UBND",
        plan_code="quan-7-2024",
        expected=60,
        complete=51,
        on_time=48,
        overdue=9,
        waiting=2,
        due_this_week=(items.before(),),
        latest=(items.late(),),
        contact_problems=1,
    )
    unreported = summary.but(
        {
            "plan": Words(
                "Phong trào thi đua sáng tạo năm 2024", "Creative emulation movement of 2024"
            ).text(items.language),
            "plan_number": "",
            "expected": 0,
            "complete": 0,
            "on_time": 0,
            "overdue": 0,
            "waiting": 0,
            "due_this_week": (),
            "latest": (),
            "contact_problems": 0,
        }
    )
    return {
        "reader": "",
        "unit_name": OFFICE.text(items.language),
        "summaries": (summary, unreported),
    }


def _receipt(items: _Items) -> dict[str, object]:
    language = items.language
    receipt = ReceiptFacts(
        number="2024-000217",
        unit_name=WARD.text(language),
        plan=PLAN.text(language),
        name=Words("Báo cáo sơ kết phong trào thi đua", "Mid-year emulation report").text(language),
        occurrence=Words("6 tháng đầu năm 2024", "first half of 2024").text(language),
        version=1,
        received="2024-05-16T09:15:04+07:00",
        verdict="incomplete",
        late_days=0,
        files=(
            (
                "bao-cao-so-ket.pdf",
                1_238_221,
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
        ),
        missing=(Words("ít nhất 01 gương điển hình", "at least one exemplar").text(language),),
        file="{}\n",
        signature="NTkyM2I0Y2Q4ZjE3YTQ2ZTk4MDcxNTRkY2Y0ZTg3MWM5ZDIyN2FhYjU4MTJmMGVjNjQ0YTk3M2U=",
    )
    return {"receipt": receipt}


def _question(items: _Items) -> dict[str, object]:
    asked = question(items.language, WARD.text(items.language))
    return {"reader": "", "unit_name": OFFICE.text(items.language), "question": asked}


def _sign_in(items: _Items) -> dict[str, object]:
    return {"unit_name": OFFICE.text(items.language)}


_FACTS: dict[str, Callable[[_Items], dict[str, object]]] = {
    "announcement": _announcement,
    "changed": _changed,
    "extension": _extension,
    "taken_over": _taken_over,
    "returned": _returned,
    "reminder": _reminder,
    "due_today": _due_today,
    "overdue": _overdue,
    "escalation": _escalation,
    "review": _review,
    "digest": _digest,
    "receipt": _receipt,
    "received": lambda items: {"received": received(items.language)},
    "question": _question,
    "link": lambda _items: {},
    "sign_in": _sign_in,
    "account": lambda items: {"unit_name": OFFICE.text(items.language), "news": EXAMPLE},
}


def example_link(name: str) -> str:
    """Where the reader of that letter goes."""
    if name in TO_THE_OFFICE:
        return f"{ADDRESS}/office"
    if name == "account":
        return f"{ADDRESS}{OWN_ACCOUNT}"
    path = "sign-in/17" if name == "sign_in" else "l/49-739022"
    return f"{ADDRESS}/{path}-{PROOF}"
