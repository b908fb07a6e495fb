"""`/metrics`, for Prometheus: hidden until the operator sets a token."""

import hmac
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from notifications.watch import Watch, watch
from portal.visitors import Context

router = APIRouter()


@router.get("/metrics")
def metrics(request: Request, portal: Context) -> Response:
    expected = f"Bearer {portal.settings.metrics_secret}".encode()
    given = request.headers.get("authorization", "").encode()
    if not portal.settings.metrics_secret or not hmac.compare_digest(given, expected):
        raise HTTPException(404)
    with portal.database.reading() as session:
        figures = watch(session, portal.now())
    registry = CollectorRegistry()
    registry.register(Figures(figures))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class Named(NamedTuple):
    name: str
    text: str
    label: str
    values: Mapping[str, float]
    counts_up: bool = False


class Figures:
    """A collector over figures that were read already."""

    def __init__(self, figures: Watch) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for one in _named(self._figures):
            kind = CounterMetricFamily if one.counts_up else GaugeMetricFamily
            metric = kind(one.name, one.text, labels=[one.label])
            for value, number in one.values.items():
                metric.add_metric([value], number)
            yield metric
        yield GaugeMetricFamily(
            "dondoc_oldest_letter_seconds",
            "Age of the letter that has waited longest.",
            value=self._figures.oldest,
        )
        yield GaugeMetricFamily(
            "dondoc_letters_a_minute",
            "Letters that left a minute, of late.",
            value=self._figures.rate,
        )
        yield GaugeMetricFamily(
            "dondoc_contact_problems", "Seats that no letter reaches.", value=self._figures.problems
        )


def _named(figures: Watch) -> tuple[Named, ...]:
    waiting = {state: figures.letters[state] for state in ("queued", "sending", "deferred")}
    ended = {state: figures.letters[state] for state in ("sent", "failed", "dropped")}
    return (
        Named("dondoc_letters_waiting", "Letters in the outbox.", "state", waiting),
        Named("dondoc_letters", "Letters that came to an end.", "state", ended, counts_up=True),
        Named("dondoc_deferrals", "Letters to be tried again.", "code", figures.deferrals),
        Named("dondoc_resting_domains", "Domains given a rest.", "cause", figures.resting),
        Named("dondoc_replies", "Answers to letters.", "state", figures.replies),
        Named("dondoc_beat_age_seconds", "Since a clock's last beat.", "clock", figures.beats),
        Named("dondoc_incidents", "Incidents so far.", "kind", figures.incidents, counts_up=True),
    )
