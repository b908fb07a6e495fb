from datetime import datetime, time, timedelta

from schedules.calendar import OfficeCalendar, OfficeHours
from schedules.rehearsal import Act, Agenda, Outage, Scripted, World, rehearse
from tests.cast import ZONE, local

HOURS = OfficeHours(OfficeCalendar(), zone=ZONE, opens=time(8), closes=time(16, 30))
START, END = local(2024, 4, 1, 8), local(2024, 4, 5, 8)


class Planned:
    """Work that is due at given moments, done when a beat comes while the office is open."""

    def __init__(self, *moments: datetime) -> None:
        self.waiting = sorted(moments)
        self.done: dict[datetime, datetime] = {}

    def world(self) -> World:
        return World(
            hours=HOURS, beat=self.beat, next_moment=lambda _now: min(self.waiting, default=None)
        )

    def beat(self, now: datetime) -> None:
        if HOURS.are_open(now):
            for moment in [moment for moment in self.waiting if moment <= now]:
                self.waiting.remove(moment)
                self.done[moment] = now


def test_jumps_to_each_moment() -> None:
    moments = local(2024, 4, 2, 8), local(2024, 4, 3, 14, 30)
    planned = Planned(*moments)
    assert list(rehearse(planned.world(), start=START, end=END)) == list(moments)
    assert planned.done == {moment: moment for moment in moments}


def test_what_comes_due_at_night_waits_for_the_office() -> None:
    night = local(2024, 4, 2, 22)
    planned = Planned(night)
    list(rehearse(planned.world(), start=START, end=END))
    assert planned.done == {night: local(2024, 4, 3, 8)}


def test_nothing_runs_while_the_service_is_down_but_people_act() -> None:
    moment, acted = local(2024, 4, 2, 8), local(2024, 4, 2, 10)
    planned, seen = Planned(moment), list[datetime]()
    outage = Outage(local(2024, 4, 1, 12), local(2024, 4, 3, 9))
    script = [Scripted(acted, seen.append)]
    list(rehearse(planned.world(), start=START, end=END, script=script, outages=[outage]))
    assert planned.done == {moment: outage.end}
    assert seen == [acted]


def test_what_an_act_plans_is_done_the_same_moment() -> None:
    acted = local(2024, 4, 2, 9)
    planned = Planned()
    script = [Scripted(acted, planned.waiting.append)]
    list(rehearse(planned.world(), start=START, end=END, script=script))
    assert planned.done == {acted: acted}


def test_ends_before_the_end() -> None:
    planned = Planned(END, END - timedelta(minutes=1), END + timedelta(days=9))
    list(rehearse(planned.world(), start=START, end=END))
    assert set(planned.waiting) == {END, END + timedelta(days=9), END - timedelta(minutes=1)}


def test_an_act_may_bring_others_about() -> None:
    agenda, seen = Agenda(), list[datetime]()
    first, second, last = local(2024, 4, 2, 9), local(2024, 4, 2, 10), local(2024, 4, 3, 9)

    def decide(now: datetime) -> None:
        seen.append(now)
        agenda.add(Scripted(second, seen.append))
        agenda.add(Scripted(now, seen.append))

    agenda.add(Scripted(last, seen.append))
    agenda.add(Scripted(first, decide))
    list(rehearse(Planned().world(), start=START, end=END, script=agenda))
    assert seen == [first, first, second, last]


def test_acts_of_one_moment_keep_their_order() -> None:
    at, seen = local(2024, 4, 2, 9), list[int]()

    def noting(number: int) -> Act:
        return lambda _now: seen.append(number)

    agenda = Agenda(Scripted(at, noting(number)) for number in range(3))
    agenda.act_until(at)
    assert (seen, agenda.next_at) == ([0, 1, 2], None)
