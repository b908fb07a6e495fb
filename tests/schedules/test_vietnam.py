import holidays
import pytest

from schedules.vietnam import DECIDED, public_holidays

YEARS = range(2019, 2031)


@pytest.mark.parametrize("language", ["vi", "en_US"])
@pytest.mark.parametrize("year", YEARS)
def test_holidays_are_those_the_package_tells(year: int, language: str) -> None:
    told = holidays.country_holidays("VN", years=year, language=language)
    assert dict(public_holidays(year, language=language)) == dict(told)


@pytest.mark.parametrize("year", YEARS)
def test_worked_weekends_are_those_the_package_tells(year: int) -> None:
    near = (year - 1, year, year + 1)
    told = holidays.country_holidays("VN", years=near)
    assert public_holidays(*near).weekend_workdays == told.weekend_workdays


def test_a_decision_is_known_for_every_year_the_samples_speak_of() -> None:
    assert DECIDED >= 2025
