"""What sends letters, put together from the settings."""

from cli.context import Context
from dondoc.database import Database
from notifications import opening
from notifications.post import Post


def open_post(ctx: Context, database: Database) -> Post:
    """Raises CalendarFileWrong, MailKeyWrong."""
    return opening.open_post(ctx.settings, database, ctx.hours())
