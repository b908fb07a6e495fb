"""The command line's composition root: settings, database, language and the screen."""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rich.console import Console

from dondoc import settings as settings_module
from dondoc.database import Database, check, open_database
from dondoc.migration import migrate
from dondoc.settings import Settings
from dondoc.words import Language, Words
from schedules.calendar import OfficeHours
from schedules.overrides import open_hours

PIPED = 160
"""Columns of a table that goes to a file or another program."""


@dataclass(frozen=True)
class Context:
    settings: Settings
    console: Console

    @property
    def language(self) -> Language:
        return self.settings.language

    def say(self, words: Words, **facts: object) -> None:
        self.console.print(
            words.text(self.language, **facts), highlight=False, markup=False, soft_wrap=True
        )

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        """The office's date."""
        return self.now().astimezone(self.settings.zone).date()

    def database(self) -> Database:
        """Open and migrated. Raises DatabaseUnreachable."""
        database = open_database(self.settings.url)
        check(database)
        migrate(database)
        return database

    def hours(self) -> OfficeHours:
        """Raises CalendarFileWrong."""
        return open_hours(self.settings)


def context() -> Context:
    """Raises SettingWrong."""
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPED
    return Context(settings=settings_module.load(), console=console)
