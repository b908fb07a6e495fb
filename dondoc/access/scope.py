"""What an account may see and do. What is not its own does not exist for it."""

from sqlalchemy import ColumnElement, String, and_, cast, or_, select, true
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.queries import obligations
from dondoc.tables import (
    Account,
    AccountRole,
    Hold,
    Letter,
    Milestone,
    Notice,
    Obligation,
    Occurrence,
    Plan,
    PlanDraft,
    PlanDraftState,
    Receipt,
    Reply,
    Submission,
)


class NotHere(DondocError):
    """There is no such page, or it is not yours to see."""

    vi = "Không có trang này, hoặc trang này không thuộc phạm vi của bạn."


class NotAllowed(DondocError):
    """Your account may look, not decide."""

    vi = "Tài khoản của bạn chỉ được xem, không được quyết định."


class NotYourOffice(DondocError):
    """This plan is run by {office}; only its officials and administrators launch it."""

    vi = (
        "Kế hoạch này do {office} làm cơ quan thường trực; chỉ cán bộ cơ quan ấy và người quản trị "
        "được phát động."
    )


def own(account: Account) -> ColumnElement[bool]:
    """A condition on plans."""
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    return Plan.standing_office_id == account.office_id


def may_decide(account: Account) -> bool:
    return account.role is not AccountRole.READER


def plans_of(session: Session, account: Account) -> list[Plan]:
    chosen = select(Plan).where(own(account)).order_by(Plan.period_from, Plan.code)
    return list(session.scalars(chosen))


def plan_for(session: Session, account: Account, code: str) -> Plan:
    """Raises NotHere."""
    plan = session.scalar(select(Plan).where(Plan.code == code, own(account)))
    if plan is None:
        raise NotHere
    return plan


def obligation_for(session: Session, account: Account, obligation_id: int) -> Obligation:
    """Raises NotHere."""
    chosen = obligations().join(Plan, Plan.id == Milestone.plan_id)
    found = session.scalar(chosen.where(Obligation.id == obligation_id, own(account)))
    if found is None:
        raise NotHere
    return found


def own_drafts(account: Account) -> ColumnElement[bool]:
    """A condition on plan drafts. Those of administrators without an office are nobody else's."""
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    return PlanDraft.office_id == account.office_id


def plan_drafts_of(session: Session, account: Account) -> list[PlanDraft]:
    """The open ones, the latest first."""
    chosen = select(PlanDraft).where(own_drafts(account), PlanDraft.state == PlanDraftState.OPEN)
    return list(session.scalars(chosen.order_by(PlanDraft.changed_at.desc())))


def plan_draft_for(session: Session, account: Account, draft_id: int) -> PlanDraft:
    """Raises NotHere."""
    chosen = select(PlanDraft).where(PlanDraft.id == draft_id, own_drafts(account))
    found = session.scalar(chosen)
    if found is None:
        raise NotHere
    return found


def may_launch(account: Account, standing_office: str) -> bool:
    """An official launches the plans of the own office, an administrator everybody's."""
    if account.role is AccountRole.ADMINISTRATOR:
        return True
    return (
        may_decide(account)
        and account.office is not None
        and account.office.code == standing_office
    )


def obligation_of_units(session: Session, units: tuple[int, ...], obligation_id: int) -> Obligation:
    """For a unit's visitor. Raises NotHere."""
    found = session.scalar(
        obligations().where(Obligation.id == obligation_id, Obligation.unit_id.in_(units))
    )
    if found is None:
        raise NotHere
    return found


def letter_for(session: Session, account: Account, letter_id: int) -> Letter:
    """One that says anything about the account's plans. Raises NotHere."""
    found = session.scalar(select(Letter).where(Letter.id == letter_id, letters_of(account)))
    if found is None:
        raise NotHere
    return found


def notice_for(session: Session, account: Account, notice_id: int) -> Notice:
    """Raises NotHere."""
    chosen = select(Notice).join(Plan, Plan.id == Notice.plan_id)
    found = session.scalar(chosen.where(Notice.id == notice_id, own(account)))
    if found is None:
        raise NotHere
    return found


def hold_for(session: Session, account: Account, hold_id: int) -> Hold:
    """One an account may end: of its plans; what holds more than that is the administrators'.
    Raises NotHere."""
    found = session.scalar(select(Hold).where(Hold.id == hold_id, holds_of(account)))
    if found is None:
        raise NotHere
    return found


def holds_of(account: Account) -> ColumnElement[bool]:
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    return Hold.plan_id.in_(select(Plan.id).where(own(account)))


def letters_of(account: Account) -> ColumnElement[bool]:
    """A condition on letters: something in it is about a plan of the account's."""
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    said = select(Notice.id).join(Plan, Plan.id == Notice.plan_id)
    return or_(
        said.where(Notice.letter_id == Letter.id, own(account)).exists(),
        _receipt_for(account),
        _by_mail(account),
    )


def may_read(session: Session, account: Account, letter: Letter) -> bool:
    """Whether all of it is about plans of the account's: one letter may speak for two offices."""
    if account.role is AccountRole.ADMINISTRATOR:
        return True
    others = select(Notice.id).join(Plan, Plan.id == Notice.plan_id)
    others = others.where(Notice.letter_id == letter.id, ~own(account))
    return session.scalar(others.limit(1)) is None


def _by_mail(account: Account) -> ColumnElement[bool]:
    """Letters that an answer gave rise to; their keys name it."""
    key = Letter.name + ":" + cast(Reply.id, String)
    named = or_(Letter.key == key, Letter.key.like(key + ":%"))
    answers = select(Reply.id).where(Reply.office_id == account.office_id, named)
    return and_(Letter.name.in_(("received", "question")), answers.exists())


def _receipt_for(account: Account) -> ColumnElement[bool]:
    number = Letter.payload["receipt"]["number"].as_string()
    handed_in = (
        select(Receipt.id)
        .join(Submission, Submission.id == Receipt.submission_id)
        .join(Obligation, Obligation.id == Submission.obligation_id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(Receipt.number == number, own(account))
    )
    return and_(Letter.name == "receipt", handed_in.exists())
