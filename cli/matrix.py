"""Units × occurrences, one sign a cell; it reads without colour too."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from dondoc.standing import UnitLine
from dondoc.verdicts import WORDS, Verdict
from dondoc.words import Language

SIGNS = {
    Verdict.ACCEPTED: ("●", "green"),
    Verdict.LATE_ACCEPTED: ("◐", "green"),
    Verdict.ACCEPTED_INCOMPLETE: ("◌", "green"),
    Verdict.INCOMPLETE: ("÷", "cyan"),
    Verdict.SUBMITTED: ("+", "cyan"),
    Verdict.LATE_SUBMITTED: ("±", "cyan"),
    Verdict.RESUBMITTED: (">", "cyan"),
    Verdict.LATE_RESUBMITTED: ("»", "cyan"),
    Verdict.RETURNED: ("<", "magenta"),
    Verdict.CORRECTION_OVERDUE: ("«", "bold magenta"),
    Verdict.OVERDUE: ("✗", "bold red"),
    Verdict.UNREACHED: ("@", "bold red"),
    Verdict.PROMISED: ("…", "red"),
    Verdict.DUE_TODAY: ("!", "bold yellow"),
    Verdict.EXTENDED: ("~", ""),
    Verdict.OPEN: ("○", ""),
    Verdict.UPCOMING: ("·", "dim"),
    Verdict.EXEMPT: ("–", "dim"),
    Verdict.ENDED: ("†", "dim"),
    Verdict.DROPPED: ("∅", "dim"),
    Verdict.SILENT: ("?", "dim"),
    Verdict.NOT_OWED: (" ", ""),
}
CELL = 3
NAME_AT_MOST = 40
NARROWEST_NAME = 12
GAP = 3


def matrix(units: Sequence[UnitLine], columns: int, width: int) -> Iterator[Text]:
    """Lines of at most `width` cells; where the columns do not fit, one block after another."""
    code = min(max(20, width // 4), max((cell_len(unit.code) for unit in units), default=0))
    room = max(1, (width - code - NARROWEST_NAME - 2) // CELL)
    for start in range(0, columns, room):
        stop = min(columns, start + room)
        name = min(NAME_AT_MOST, max(1, width - code - 2 - CELL * (stop - start)))
        head = "".join(f"{number:>{CELL}}" for number in range(start + 1, stop + 1))
        yield Text(" " * (code + name + 2) + head, style="bold")
        for unit in units:
            yield _line(unit, start, stop, (code, name))
        yield Text()


def legend(shown: Iterable[Verdict], language: Language, width: int) -> Text:
    """Only of signs that occur; a sign and its words stay on one line."""
    present = set(shown)
    lines = [Text()]
    for verdict, (sign, style) in SIGNS.items():
        if verdict in present and verdict is not Verdict.NOT_OWED:
            said = Text.assemble((sign, style), f" {WORDS[verdict].text(language)}")
            if lines[-1] and lines[-1].cell_len + GAP + said.cell_len > width:
                lines.append(Text())
            lines[-1].append(" " * GAP if lines[-1] else "").append_text(said)
    return Text("\n").join(lines)


def _line(unit: UnitLine, start: int, stop: int, sizes: tuple[int, int]) -> Text:
    code, name = sizes
    text = Text(set_cell_size(_shortened(unit.code, code), code) + " ", style="bold")
    line = Text(no_wrap=True).append_text(text)
    line.append(set_cell_size(_shortened(unit.name, name), name) + " ")
    for verdict in unit.cells[start:stop]:
        sign, style = SIGNS[verdict]
        line.append(f"{sign:>{CELL}}", style=style)
    return line


def _shortened(text: str, size: int) -> str:
    return text if cell_len(text) <= size else set_cell_size(text, size - 1) + "…"
