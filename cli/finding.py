from dataclasses import dataclass

from dondoc.words import Words


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`mend` is None where all is well; what cannot be mended yet is only a `note`."""

    what: Words
    said: Words
    mend: Words | None = None
    note: bool = False

    @property
    def well(self) -> bool:
        return self.mend is None or self.note
