"""What sends letters, put together from the settings."""

from cli.context import Context
from dondoc.database import Database
from notifications.post import Post
from notifications.transport import open_transport


def open_post(ctx: Context, database: Database) -> Post:
    """Raises CalendarFileWrong."""
    return Post(
        database=database,
        transport=open_transport(ctx.settings),
        hours=ctx.hours(),
        settings=ctx.settings,
    )
