"""Letters whose words are given, as bytes."""

from dondoc.settings import Settings
from notifications.alternative import alternative
from notifications.content import Rendered
from notifications.forms import cut
from notifications.message import Attachment, Heading, build


def written(
    heading: Heading,
    rendered: Rendered,
    settings: Settings,
    attachment: Attachment | None = None,
    *,
    wide: bool = True,
) -> bytes:
    body = alternative(cut(rendered.text, None), cut(rendered.html, None))
    named = heading._replace(subject=rendered.subject)
    return build(named, body.fill({}, wide=wide), settings, attachment)
