"""The samples are good plans, match their units and say what the labelled documents say."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from documents.unit_sheet import read_units
from dondoc.database import Database
from dondoc.plan.addressees import check_against_units
from dondoc.plan.due import Dated, Granularity, Recurrence
from dondoc.plan.model import Milestone, PlanFile
from dondoc.plan.source import parse_plan, read_plan, read_source
from dondoc.plan.timeline import occurrences
from dondoc.plan.writing import dump_plan
from dondoc.tables import Contact, Role, Unit
from dondoc.units.audience import audience
from dondoc.units.importing import import_units

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
LABELS = ROOT.parent / "shared" / "reader" / "truth.yaml"
LABELLED = ("binh-chanh-2024", "khu-nam-2021", "phuong-7-2019", "quan-7-2024", "tphcm-2023")
NAMES = tuple(sorted((*LABELLED, "dot-thi-dua-2025")))


class Place(NamedTuple):
    """Which label of a document is which date of a sample; `key` of a recurring one."""

    label: int
    milestone: str
    key: str | None = None


DOCUMENTS = {
    "khu-nam-2021": "000_f1472348fd2e93cd.txt",
    "binh-chanh-2024": "001_d17134cad0b55bdd.txt",
    "tphcm-2023": "002_a98f930f38205789.txt",
    "phuong-7-2019": "003_a044a791b216b65b.txt",
    "quan-7-2024": "004_9549354538468d2e.txt",
}
PLACES = {
    "khu-nam-2021": [Place(1, "tong-ket-giai-doan")],
    "binh-chanh-2024": [Place(1, "bao-cao-de-an")],
    "phuong-7-2019": [],
    "tphcm-2023": [
        Place(1, "ke-hoach-to-chuc"),
        Place(2, "bao-cao-giai-doan"),
        Place(3, "so-ket-thanh-pho"),
        Place(4, "khen-thuong-hang-nam"),
        Place(5, "de-nghi-cap-nha-nuoc"),
    ],
    "quan-7-2024": [
        Place(1, "dang-ky-thi-dua"),
        Place(2, "thang-diem-thi-dua"),
        Place(3, "chao-mung-le"),
        Place(4, "dien-hinh-hoc-tap"),
        Place(5, "so-ket-giao-uoc"),
        Place(6, "khen-thuong-giao-duc"),
        Place(7, "bao-cao-nam"),
        Place(8, "binh-xet-danh-hieu"),
        Place(9, "guong-mo-hinh-nam"),
        Place(10, "cham-diem-khoi-phuong"),
        Place(11, "sinh-hoat-cum-khoi-1"),
        Place(12, "sinh-hoat-cum-khoi-2"),
        Place(13, "tong-ket-cum-khoi"),
        Place(14, "binh-xet-cum-khoi"),
        Place(15, "bao-cao-so-ket"),
        Place(16, "bao-cao-tong-ket"),
        Place(17, "guong-dien-hinh-quy", "2024-Q1"),
        Place(18, "guong-dien-hinh-quy", "2024-Q2"),
        Place(19, "guong-dien-hinh-quy", "2024-Q3"),
        Place(20, "guong-dien-hinh-quy", "2024-Q4"),
    ],
}
WITHOUT_A_DATE = {"khu-nam-2021": {2}}
"""Labels that name no date at all, kept in the sample as undated duties."""


def plan_of(name: str) -> PlanFile:
    return read_plan(SAMPLES / name / "plan.yaml")


def milestone_of(name: str, code: str) -> Milestone:
    (found,) = [one for one in plan_of(name).milestones if one.code == code]
    return found


def test_samples_are_all_there() -> None:
    assert tuple(sorted(path.parent.name for path in SAMPLES.glob("*/plan.yaml"))) == NAMES
    assert tuple(sorted(path.parent.name for path in SAMPLES.glob("*/units.xlsx"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_sample_matches_its_units(name: str, sqlite: Database) -> None:
    source = read_source(SAMPLES / name / "plan.yaml")
    with sqlite.writing() as session:
        rows = read_units(SAMPLES / name / "units.xlsx")
        assert import_units(session, rows).refused == ()
        assert check_against_units(source.plan, source.tree, session) == []


@pytest.mark.parametrize("name", NAMES)
def test_sample_survives_being_written(name: str) -> None:
    plan = plan_of(name)
    assert parse_plan(dump_plan(plan)) == plan


@pytest.mark.parametrize("name", NAMES)
def test_every_address_is_an_example(name: str) -> None:
    rows = read_units(SAMPLES / name / "units.xlsx")
    people = [person for row in rows for person in (*row.officers, row.head, row.deputy)]
    domains = {person.email.rpartition("@")[2] for person in people if person.email}
    assert [domain.rpartition(".")[2] for domain in domains] == ["example"]


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_has_its_officer_and_head_and_one_deputy_is_vacant(name: str) -> None:
    rows = read_units(SAMPLES / name / "units.xlsx")
    assert [row.code for row in rows if not row.officers or row.head.email is None] == []
    assert len([row.code for row in rows if row.deputy.email is None]) == 1


def test_quan_7_has_the_units_its_plan_names(sqlite: Database) -> None:
    with sqlite.writing() as session:
        import_units(session, read_units(SAMPLES / "quan-7-2024" / "units.xlsx"))
        kinds = [unit.kind for unit in session.query(Unit)]
        assert len(kinds) == 60
        assert (kinds.count("phòng ban"), kinds.count("phường")) == (13, 10)
        vacant = session.query(Contact).filter(Contact.email.is_(None)).all()
        assert [one.role for one in vacant] in ([], [Role.DEPUTY])


def test_quan_7_every_group_has_a_head_in_both_years(sqlite: Database) -> None:
    plan = plan_of("quan-7-2024")
    (heads,) = {one.audience for one in plan.milestones if one.code == "tong-ket-cum-khoi"}
    with sqlite.writing() as session:
        import_units(session, read_units(SAMPLES / "quan-7-2024" / "units.xlsx"))
        for year in (2024, 2025):
            day = plan.period.end.replace(year=year)
            assert len(audience(session, heads, on=day)) == 7


def test_tphcm_asks_one_component_of_enterprises_only() -> None:
    components = milestone_of("tphcm-2023", "khen-thuong-hang-nam").hand_in.components
    assert [one.code for one in components if one.only] == ["xac-nhan-thue"]
    assert len(components) == 4


def test_quarterly_exemplar_asks_for_at_least_one() -> None:
    (field,) = milestone_of("quan-7-2024", "guong-dien-hinh-quy").hand_in.fields
    assert (field.type.value, field.min) == ("list", 1)


def test_phuong_7_invents_no_date() -> None:
    assert plan_of("phuong-7-2019").milestones == ()
    assert plan_of("phuong-7-2019").issued is None


def labels(name: str) -> dict[str, Any]:
    if not LABELS.exists():
        pytest.skip(f"the labelled documents are not on this machine: {LABELS}")
    documents = YAML(typ="safe").load(LABELS.read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one for one in documents if one["file"] == DOCUMENTS[name])
    return found


def dated(name: str, place: Place) -> list[Dated]:
    found = occurrences(milestone_of(name, place.milestone), plan_of(name).period)
    return [one for one in found if place.key in (None, one.key)]


@pytest.mark.parametrize("name", LABELLED)
def test_every_label_has_its_place(name: str) -> None:
    known = {label["id"] for label in labels(name)["deadlines"]}
    assert known == {place.label for place in PLACES[name]} | WITHOUT_A_DATE.get(name, set())


@pytest.mark.parametrize("name", LABELLED)
def test_no_milestone_without_a_label(name: str) -> None:
    codes = {one.code for one in plan_of(name).milestones}
    assert codes == {place.milestone for place in PLACES[name]}
    total = sum(len(dated(name, place)) for place in PLACES[name])
    every = [occurrences(one, plan_of(name).period) for one in plan_of(name).milestones]
    assert total == sum(map(len, every))


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name in LABELLED for place in PLACES[name]]
)
def test_date_is_the_labelled_one(name: str, place: Place) -> None:
    label = next(one for one in labels(name)["deadlines"] if one["id"] == place.label)
    milestone = milestone_of(name, place.milestone)
    assert milestone.kind.value in (label["kind"], *label.get("kind_alt", ()))
    if isinstance(label["due"], dict):
        assert isinstance(milestone.due, Recurrence)
        assert {"every": milestone.due.every.value} == label["due"]
        assert milestone.granularity is Granularity.YEAR
        return
    (found,) = dated(name, place)
    assert found.due == label["due"]
    assert found.inclusive is label.get("inclusive", True)
    assert found.granularity.value == label.get("granularity", "day")
    assert found.opens == label["window_start"]


@pytest.mark.parametrize("name", LABELLED)
def test_header_is_the_labelled_one(name: str) -> None:
    plan, header = plan_of(name), labels(name)["doc"]
    assert (plan.number or None) == header["number"]
    assert plan.issuer == header["issuer"]
    if header["date"] is not None:
        assert plan.issued == header["date"]


@pytest.mark.parametrize("name", LABELLED)
def test_undated_duties_are_at_least_the_labelled_ones(name: str) -> None:
    expected = len(labels(name)["undated_duties"]) + len(WITHOUT_A_DATE.get(name, ()))
    assert len(plan_of(name).undated) >= expected
