"""Lines below a heading, wrapped where they begin."""

from rich.console import Console
from rich.text import Text

MARGIN = 2
NARROWEST = 20


def show_indented(console: Console, text: Text) -> None:
    for line in text.wrap(console, max(console.width - MARGIN, NARROWEST)):
        line.rstrip()
        console.print(Text(" " * MARGIN).append_text(line), soft_wrap=True)
