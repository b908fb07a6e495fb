"""What was done with an account, in words; by the verbs of the record."""

from dondoc.access.news import News
from dondoc.words import Language, Words

EXAMPLE = News("password_set", "hoa@quan7.example.vn", at="2024-05-16T09:15+07:00")
SAID = {
    "password_set": Words("Mật khẩu vừa được đặt mới", "The password was set anew"),
    "factor_on": Words("Vừa bật xác thực hai bước", "A second factor was switched on"),
    "factor_off": Words("Vừa tắt xác thực hai bước", "The second factor was switched off"),
    "factor_reset": Words("Xác thực hai bước vừa bị hủy", "The second factor was reset"),
    "factor_required": Words(
        "Từ nay tài khoản phải xác thực hai bước", "A second factor is now required"
    ),
    "factor_free": Words(
        "Tài khoản không còn phải xác thực hai bước", "A second factor is no longer required"
    ),
    "recovery_codes": Words(
        "Vừa tạo mã dự phòng mới, mã cũ hết hiệu lực",
        "New recovery codes were made, the earlier ones no longer work",
    ),
    "recovery_used": Words(
        "Vừa đăng nhập bằng một mã dự phòng; còn {detail} mã",
        "Somebody signed in with a recovery code; {detail} are left",
    ),
    "account_changed": Words("Vai trò mới: {detail}", "The role is now: {detail}"),
    "account_closed": Words("Tài khoản vừa bị khóa", "The account was closed"),
}


def happened(news: News, language: Language) -> str:
    return SAID[news.what].text(language, detail=news.detail)
