"""An example of what is written about answers to letters."""

from dondoc.words import Language, Words
from notifications.content import Filed, QuestionFacts, ReceivedFacts

SENDER = "ubnd.tanphu@example.gov.vn"


def received(language: Language) -> ReceivedFacts:
    said = {
        "report": Words("Báo cáo sơ kết phong trào thi đua", "Mid-year emulation report"),
        "half": Words("6 tháng đầu năm 2024", "first half of 2024"),
        "missing": Words("Gương điển hình: chưa có tệp", "Exemplar: no file yet"),
        "big": Words(
            "hinh-anh.zip: 31.5 MB, nhiều nhất 20 MB", "hinh-anh.zip: 31.5 MB, at most 20 MB"
        ),
    }
    told = {name: words.text(language) for name, words in said.items()}
    draft = Filed(
        obligation=7,
        name=told["report"],
        occurrence=told["half"],
        files=("bao-cao-so-ket.pdf",),
        missing=(told["missing"],),
    )
    return ReceivedFacts(
        sender=SENDER,
        mailed="2024-05-16T09:15:04+07:00",
        drafts=(draft,),
        refused=(("hinh-anh.zip", told["big"]),),
        unplaced=("bien-ban.docx",),
    )


def question(language: Language, unit_name: str) -> QuestionFacts:
    about = Words("Nhắc hạn: Báo cáo sơ kết", "Reminder: Mid-year report").text(language)
    text = Words(
        "Kính gửi các anh chị,\n\nBáo cáo có cần ký số không?",
        "Dear colleagues,\n\ndoes the report need a digital signature?",
    )
    return QuestionFacts(
        sender=SENDER,
        unit_name=unit_name,
        about=about,
        subject=f"Re: {about}",
        text=text.text(language),
    )
