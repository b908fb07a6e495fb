"""Vietnamese first, English beside it."""

from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    VI = "vi"
    EN = "en"


class Words(NamedTuple):
    """One phrase in both languages; `{name}` places are filled by `text`."""

    vi: str
    en: str

    def text(self, language: Language, /, **facts: object) -> str:
        template = self.vi if language is Language.VI else self.en
        return template.format(**facts) if facts else template

    def filled(self, **facts: object) -> "Words":
        return Words(self.vi.format(**facts), self.en.format(**facts))
