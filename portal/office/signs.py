"""One sign a cell: it reads in black and white, colour only helps."""

from dondoc.verdicts import Verdict

SIGNS: dict[Verdict, tuple[str, str]] = {
    Verdict.ACCEPTED: ("●", "well"),
    Verdict.LATE_ACCEPTED: ("◐", "well"),
    Verdict.ACCEPTED_INCOMPLETE: ("◌", "well"),
    Verdict.INCOMPLETE: ("÷", "here"),
    Verdict.SUBMITTED: ("+", "here"),
    Verdict.LATE_SUBMITTED: ("±", "here"),
    Verdict.RESUBMITTED: (">", "here"),
    Verdict.LATE_RESUBMITTED: ("»", "here"),
    Verdict.RETURNED: ("<", "back"),
    Verdict.CORRECTION_OVERDUE: ("«", "bad"),
    Verdict.OVERDUE: ("✗", "bad"),
    Verdict.UNREACHED: ("@", "bad"),
    Verdict.PROMISED: ("…", "back"),
    Verdict.DUE_TODAY: ("!", "soon"),
    Verdict.EXTENDED: ("~", "open"),
    Verdict.OPEN: ("○", "open"),
    Verdict.UPCOMING: ("·", "open"),
    Verdict.EXEMPT: ("–", "none"),
    Verdict.ENDED: ("†", "none"),
    Verdict.DROPPED: ("∅", "none"),
    Verdict.SILENT: ("?", "none"),
    Verdict.NOT_OWED: (" ", "none"),
}
"""A sign and the class of its cell."""
