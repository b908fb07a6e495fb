"""Everything that is true, as rows."""

from dondoc.tables.access import Account, AccountRole, Attempt, EndedVisit, SignedIn, SignInLink
from dondoc.tables.base import Base, Instant
from dondoc.tables.drafts import Draft, DraftFile
from dondoc.tables.extensions import Extension, ExtensionState
from dondoc.tables.holds import Hold, Stop
from dondoc.tables.letters import WAITING, Letter, LetterState
from dondoc.tables.notices import PLANNED, UNSENT, Notice, NoticeState, Reason, Stage
from dondoc.tables.obligations import IN_REVIEW, OWING, Obligation, ObligationState
from dondoc.tables.operation import Cause, Event, Heartbeat, Incident, Problem
from dondoc.tables.plans import EventDay, Milestone, Occurrence, Plan, PlanEvent, Version
from dondoc.tables.promises import Promise
from dondoc.tables.returns import Return
from dondoc.tables.submissions import Receipt, Submission, SubmittedFile
from dondoc.tables.units import Contact, Group, GroupHead, Leave, Membership, Role, Unit

__all__ = [
    "IN_REVIEW",
    "OWING",
    "PLANNED",
    "UNSENT",
    "WAITING",
    "Account",
    "AccountRole",
    "Attempt",
    "Base",
    "Cause",
    "Contact",
    "Draft",
    "DraftFile",
    "EndedVisit",
    "Event",
    "EventDay",
    "Extension",
    "ExtensionState",
    "Group",
    "GroupHead",
    "Heartbeat",
    "Hold",
    "Incident",
    "Instant",
    "Leave",
    "Letter",
    "LetterState",
    "Membership",
    "Milestone",
    "Notice",
    "NoticeState",
    "Obligation",
    "ObligationState",
    "Occurrence",
    "Plan",
    "PlanEvent",
    "Problem",
    "Promise",
    "Reason",
    "Receipt",
    "Return",
    "Role",
    "SignInLink",
    "SignedIn",
    "Stage",
    "Stop",
    "Submission",
    "SubmittedFile",
    "Unit",
    "Version",
]
