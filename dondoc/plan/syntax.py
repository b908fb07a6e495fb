"""The YAML reader's own complaints, said so that an official can mend them."""

from ruamel.yaml.error import MarkedYAMLError

from dondoc.plan.mistakes import Mistake
from dondoc.words import Words

QUOTE = Words(
    "Nếu là nội dung, hãy đặt cả câu trong dấu nháy kép",
    "If it is content, put the whole of it in double quotes",
)
ALIGN = Words(
    "Hãy xem lại thụt lề: các khóa cùng cấp phải thẳng cột",
    "Check the indentation: keys of one level start in one column",
)

# Found as part of the reader's sentence; libyaml and the pure reader word some differently.
KNOWN = (
    ("mapping values are not allowed", Words("dấu hai chấm thừa", "a colon too many"), QUOTE),
    (
        "expected ',' or",
        Words("thiếu dấu phẩy hoặc ngoặc đóng", "a comma or a closing bracket is missing"),
        Words("Hãy đóng ngoặc [ ] hoặc { }", "Close the bracket [ ] or { }"),
    ),
    (
        "unexpected end of stream",
        Words("tệp hết giữa chừng, dấu nháy chưa đóng", "the file ends inside a quotation"),
        Words("Hãy đóng dấu nháy; tệp có thể bị cắt cụt", "Close it; the file may be cut off"),
    ),
    (
        "cannot start any token",
        Words(
            "nội dung bắt đầu bằng ký tự YAML dành riêng (@ ` % hoặc Tab)",
            "the content begins with a character YAML reserves (@ ` % or a tab)",
        ),
        QUOTE,
    ),
    ("unknown escape", Words("dấu \\ trong dấu nháy kép", "a \\ inside double quotes"), QUOTE),
    ("find expected key", Words("thụt lề lệch", "the indentation is off"), ALIGN),
    ("expected '-'", Words("thụt lề lệch trong danh sách", "the list's indentation is off"), ALIGN),
    ("expected <block end>", Words("thụt lề lệch", "the indentation is off"), ALIGN),
    (
        "expected ':'",
        Words("thiếu dấu hai chấm sau khóa", "the colon after a key is missing"),
        Words("Hãy viết `khóa: nội dung`", "Write `key: content`"),
    ),
)


def syntax_mistake(error: MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    said = f"{error.context or ''} {error.problem or ''}".strip()
    for fragment, wrong, right in KNOWN:
        if fragment in said:
            return Mistake(line, column, "", wrong, right)
    unknown = Words(f"không đọc được YAML ở đây ({said})", f"the YAML cannot be read here ({said})")
    return Mistake(line, column, "", unknown, ALIGN)
