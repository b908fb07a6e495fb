"""A draft is launched, as `dondoc launch` does it."""

from dondoc.draft_templates import forget_templates, kept_templates
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.source import parse_source
from dondoc.plan_drafts import By, end_task
from dondoc.queries import plan_by_code
from dondoc.tables import PlanDraft, PlanDraftState
from dondoc.templates import not_among, place_templates, template_names
from portal.context import Portal
from portal.work.rehearsing import forget
from schedules.launch import launch


def launch_draft(portal: Portal, draft_id: int, by: By) -> None:
    """One transaction. Raises PlanWrong, AlreadyLaunched, UnknownUnit."""
    with portal.database.writing() as session:
        draft = session.get_one(PlanDraft, draft_id)
        source = parse_source(draft.source, draft.name)
        kept = kept_templates(session, draft)
        lacking = not_among(source, kept)
        if lacking:
            raise PlanWrong(draft.name, lacking)
        done = launch(
            session,
            source.plan,
            source=source.text,
            hours=portal.hours,
            now=by.now,
            actor=by.actor,
        )
        templates = {name: kept[name] for name in template_names(source.plan)}
        place_templates(session, plan_by_code(session, done.plan), templates)
        forget_templates(session, draft)
        draft.state, draft.plan_code = PlanDraftState.LAUNCHED, done.plan
        draft.changed_at, draft.changed_by = by.now, by.actor
        end_task(draft)
    forget(portal, draft_id)
