"""Whether Prefect answers, and a schedule really yields a run."""

import subprocess
import sys
from collections.abc import Mapping

from cli.finding import Finding
from cli.prefect_environment import embedded, port_of, remote
from dondoc.probing import answers
from dondoc.settings import Settings
from dondoc.words import Words

PREFECT = Words("Prefect", "Prefect")
SELFTEST = ("-P", "-m", "flows.selftest")
SELFTEST_SECONDS = 60

OFF = Words("tắt; đồng hồ chạy thay", "off; the clock runs all")
AWAY = Words("không chạy", "not running")
START = Words(
    "Chạy `dondoc up`; thư vẫn được gửi khi Prefect tắt.",
    "Start `dondoc up`; letters leave without Prefect too.",
)


def checked_prefect(settings: Settings) -> Finding:
    if not settings.prefect:
        return Finding(what=PREFECT, said=OFF)
    home = settings.data / "prefect"
    url = settings.prefect_url or _address(settings)
    if url is None or not answers(url, within=3.0):
        return Finding(what=PREFECT, said=AWAY, mend=START)
    took, why = _selftest(
        remote(url, home) if settings.prefect_url else embedded(home, port_of(url))
    )
    if took:
        said = Words(f"{url}, lịch sinh lượt chạy sau {took} s", f"{url}, schedules run ({took} s)")
        return Finding(what=PREFECT, said=said)
    logs = settings.data / "logs"
    return Finding(
        what=PREFECT,
        said=Words(f"không lập được lượt chạy: {why}", f"a schedule yields no run: {why}"),
        mend=Words(
            f"Xem {logs}; cài lại đúng requirements.lock (`make install`).",
            f"See {logs}; install requirements.lock exactly (`make install`).",
        ),
    )


def _selftest(environment: Mapping[str, str]) -> tuple[str, str]:
    """Seconds until a schedule had its run, or why it had none. In a process of its own, because
    Prefect reads its settings when it is imported."""
    try:
        done = subprocess.run(  # noqa: S603 our own command
            [sys.executable, *SELFTEST],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SELFTEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"> {SELFTEST_SECONDS} s"
    said = done.stderr.strip().splitlines() or ["?"]
    return (done.stdout.strip(), "") if done.returncode == 0 else ("", said[-1])


def _address(settings: Settings) -> str | None:
    file = settings.data / "prefect" / "address"
    return file.read_text(encoding="ascii").strip() if file.exists() else None
