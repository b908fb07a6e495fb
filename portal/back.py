"""Where a visitor goes afterwards: never off this site."""

import re

_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~?=&%-]*", re.ASCII)


def own_path(path: str, *, below: str = "/", otherwise: str = "/") -> str:
    """`path` if it is one of ours and begins with `below`."""
    fits = len(path) <= 500 and _PATH.fullmatch(path) and path.startswith(below)
    return path if fits else otherwise
