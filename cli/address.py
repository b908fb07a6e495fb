"""Which port on this machine, and who has it if it is taken."""

import socket

from cli.prefect_environment import HOST, url_of
from dondoc.errors import DondocError
from dondoc.probing import answers
from dondoc.words import Words

NEAREST = 50

PREFECT_THERE = Words("một máy chủ Prefect", "a Prefect server")
PREFECT_PORT = Words("--port hoặc DONDOC_PREFECT_PORT", "--port or DONDOC_PREFECT_PORT")
OTHER_THERE = Words("một chương trình khác", "another program")


class PortTaken(DondocError):
    """Port {port} is in use by {who}: choose another with {how}."""

    vi = "Cổng {port} đang được {who} sử dụng: hãy chọn cổng khác bằng {how}."


def is_free(port: int, host: str = HOST) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int, *, exactly: bool, host: str = HOST, how: Words = PREFECT_PORT) -> int:
    """The wanted port or, unless `exactly`, the next free one. Raises PortTaken, which says `how`
    to ask for another."""
    if is_free(wanted, host):
        return wanted
    if not exactly:
        for port in range(wanted + 1, min(wanted + NEAREST, 65536)):
            if is_free(port, host):
                return port
    who = PREFECT_THERE if answers(url_of(wanted)) else OTHER_THERE
    raise PortTaken(port=wanted, who=who, how=how)
