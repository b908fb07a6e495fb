"""Vietnam's public holidays out of the package `holidays`, without the rest of the world: its
folder of countries imports all two hundred, a tenth of a second before every command."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import holidays


def _country() -> Any:
    """The package's own module. Raises ImportError where the package keeps it elsewhere."""
    path = Path(holidays.__file__).parent / "countries" / "vietnam.py"
    spec = spec_from_file_location("holidays_of_vietnam", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_VIETNAM = _country()
DECIDED: int = max(_VIETNAM.VietnamStaticHolidays.special_public_holidays)
"""the last year the package knows a decision for"""


def public_holidays(*years: int, language: str = "vi") -> holidays.HolidayBase:
    """Days off, with what they are called. `weekend_workdays` are those worked instead."""
    found: holidays.HolidayBase = _VIETNAM.VN(years=years, language=language)
    return found
