"""What an account may see and do. What is not its own does not exist for it."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.queries import obligations
from dondoc.tables import Account, AccountRole, Milestone, Obligation, Plan


class NotHere(DondocError):
    """There is no such page, or it is not yours to see."""

    vi = "Không có trang này, hoặc trang này không thuộc phạm vi của bạn."


class NotAllowed(DondocError):
    """Your account may look, not decide."""

    vi = "Tài khoản của bạn chỉ được xem, không được quyết định."


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


def obligation_of_units(session: Session, units: tuple[int, ...], obligation_id: int) -> Obligation:
    """For a unit's visitor. Raises NotHere."""
    found = session.scalar(
        obligations().where(Obligation.id == obligation_id, Obligation.unit_id.in_(units))
    )
    if found is None:
        raise NotHere
    return found
