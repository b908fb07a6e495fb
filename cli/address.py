"""Which port on this machine, and who has it if it is taken."""

import socket

import httpx

from cli.prefect_environment import HOST, url_of
from dondoc.errors import DondocError
from dondoc.words import Words

NEAREST = 50

PREFECT_THERE = Words("một máy chủ Prefect", "a Prefect server")
OTHER_THERE = Words("một chương trình khác", "another program")


class PortTaken(DondocError):
    """Port {port} is in use by {who_en}: choose another with --port or DONDOC_PREFECT_PORT."""

    vi = (
        "Cổng {port} đang được {who_vi} sử dụng: "
        "hãy chọn cổng khác bằng --port hoặc DONDOC_PREFECT_PORT."
    )


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(wanted: int, *, exactly: bool) -> int:
    """The wanted port or, unless `exactly`, the next free one. Raises PortTaken."""
    if is_free(wanted):
        return wanted
    if not exactly:
        for port in range(wanted + 1, min(wanted + NEAREST, 65536)):
            if is_free(port):
                return port
    who = PREFECT_THERE if answers(url_of(wanted)) else OTHER_THERE
    raise PortTaken(port=wanted, who_vi=who.vi, who_en=who.en)


def answers(url: str, *, within: float = 1.0) -> bool:
    """Whether a Prefect server at this API address says that it is well."""
    try:
        answer = httpx.get(f"{url}/health", timeout=within, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK and answer.text == "true"
