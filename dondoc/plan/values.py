"""The single values a plan file is made of."""

import re
from datetime import time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dondoc.plan.mistakes import Unfit
from dondoc.words import Words

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
UnitCode = Annotated[str, Field(pattern=r"^[^\s,;]+$", max_length=60)]
CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
Line = Annotated[str, Field(min_length=1, max_length=1000, pattern=rf"^[^\t\n{CONTROL}]+$")]
FileName = Annotated[
    str, Field(max_length=200, pattern=rf"^[^./\\:\t\n{CONTROL}][^/\\:\t\n{CONTROL}]*$")
]
"""Of a file beside the plan: no folders."""
Text = Annotated[str, Field(min_length=1, max_length=5000, pattern=rf"^[^{CONTROL}]+$")]


def parse_clock(value: object) -> object:
    """08:00, as text or as a time; what else pydantic takes for a time (seconds) is refused."""
    if isinstance(value, time):
        return value
    written = re.match(r"^(\d{1,2}):(\d\d)(:00)?$", str(value).strip())
    if written is None or int(written[1]) > 23 or int(written[2]) > 59:
        raise Unfit(
            Words(f"không phải là giờ: {value}", f"not a time of day: {value}"),
            Words("Hãy viết giờ:phút, ví dụ 08:00", "Write hour:minute, such as 08:00"),
        )
    return time(int(written[1]), int(written[2]))


Clock = Annotated[time, BeforeValidator(parse_clock)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
