"""A draft is launched, as `dondoc launch` does it."""

from dondoc.plan.source import parse_source
from dondoc.plan_drafts import By, end_task
from dondoc.tables import PlanDraft, PlanDraftState
from portal.context import Portal
from portal.work.rehearsing import forget
from schedules.launch import launch


def launch_draft(portal: Portal, draft_id: int, by: By) -> None:
    """One transaction. Raises PlanWrong, AlreadyLaunched, UnknownUnit."""
    with portal.database.writing() as session:
        draft = session.get_one(PlanDraft, draft_id)
        source = parse_source(draft.source, draft.name)
        done = launch(
            session,
            source.plan,
            source=source.text,
            hours=portal.hours,
            now=by.now,
            actor=by.actor,
        )
        draft.state, draft.plan_code = PlanDraftState.LAUNCHED, done.plan
        draft.changed_at, draft.changed_by = by.now, by.actor
        end_task(draft)
    forget(portal, draft_id)
