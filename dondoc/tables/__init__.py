"""Everything that is true, as rows."""

from dondoc.tables.access import (
    Account,
    AccountRole,
    Attempt,
    EndedVisit,
    RecoveryCode,
    SignedIn,
    SignInLink,
)
from dondoc.tables.base import Base, Instant, one_of
from dondoc.tables.drafts import Draft, DraftFile
from dondoc.tables.extensions import ASKED, Extension, ExtensionState
from dondoc.tables.holds import Hold, Stop
from dondoc.tables.letters import (
    DROPPED,
    FAILED,
    WAITING,
    Letter,
    LetterState,
    Rest,
    RestCause,
    domain_of,
    in_state,
)
from dondoc.tables.notices import PLANNED, TOLD, UNSENT, Notice, NoticeState, Reason, Stage
from dondoc.tables.obligations import (
    CORRECTING,
    IN_REVIEW,
    OWING,
    REVIEWED,
    UNDELIVERED,
    Obligation,
    ObligationState,
)
from dondoc.tables.operation import Cause, Event, Heartbeat, Incident, Problem
from dondoc.tables.patterns import Pattern, filled
from dondoc.tables.plan_drafts import PlanDraft, PlanDraftState, PlanDraftTemplate, Task
from dondoc.tables.plans import (
    EventDay,
    Milestone,
    Occurrence,
    Plan,
    PlanEvent,
    Template,
    Version,
)
from dondoc.tables.promises import Promise
from dondoc.tables.replies import OPEN_REPLY, Reply, ReplyCause, ReplyFile, ReplyState
from dondoc.tables.returns import Return
from dondoc.tables.submissions import Receipt, Submission, SubmittedFile
from dondoc.tables.successions import ChangeKind, Handover, Succession, UnitChange, UnitName
from dondoc.tables.units import Contact, Group, GroupHead, Leave, Membership, Role, Unit

__all__ = [
    "ASKED",
    "CORRECTING",
    "DROPPED",
    "FAILED",
    "IN_REVIEW",
    "OPEN_REPLY",
    "OWING",
    "PLANNED",
    "REVIEWED",
    "TOLD",
    "UNDELIVERED",
    "UNSENT",
    "WAITING",
    "Account",
    "AccountRole",
    "Attempt",
    "Base",
    "Cause",
    "ChangeKind",
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
    "Handover",
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
    "Pattern",
    "Plan",
    "PlanDraft",
    "PlanDraftState",
    "PlanDraftTemplate",
    "PlanEvent",
    "Problem",
    "Promise",
    "Reason",
    "Receipt",
    "RecoveryCode",
    "Reply",
    "ReplyCause",
    "ReplyFile",
    "ReplyState",
    "Rest",
    "RestCause",
    "Return",
    "Role",
    "SignInLink",
    "SignedIn",
    "Stage",
    "Stop",
    "Submission",
    "SubmittedFile",
    "Succession",
    "Task",
    "Template",
    "Unit",
    "UnitChange",
    "UnitName",
    "Version",
    "domain_of",
    "filled",
    "in_state",
    "one_of",
]
