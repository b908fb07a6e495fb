"""What a letter tells about an account."""

from dataclasses import dataclass


@dataclass(frozen=True)
class News:
    """`what` is the verb of the record, `by` the address of whoever did it, `at` local time (ISO
    with offset), `detail` its one fact: a role and office, or how many codes are left."""

    what: str
    by: str
    at: str
    detail: str = ""
