"""Who decided, why and when, as a page's form tells it."""

from dondoc.decision import Decision
from dondoc.tables import Account
from portal.context import Portal
from portal.forms import Posted


def decision_of(account: Account, form: Posted, portal: Portal) -> Decision:
    """Raises ReasonMissing."""
    return Decision(actor=account.email, reason=form.text("reason").strip(), now=portal.now())
