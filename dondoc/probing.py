"""Whether a Prefect server answers; asked by HTTP alone."""

import httpx

LISTENS = 1.0
"""seconds to wait for an answer"""


def answers(url: str, *, within: float = LISTENS) -> bool:
    """Whether a Prefect server at this API address says that it is well."""
    try:
        answer = httpx.get(f"{url}/health", timeout=within, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK and answer.text == "true"
