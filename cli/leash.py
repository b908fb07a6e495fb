"""`python -m cli.leash PARENT COMMAND…`: becomes COMMAND, and dies with PARENT.

The kernel's death signal (Linux) survives the exec, so that a parent killed with SIGKILL leaves
nothing behind; it follows the thread that started the child, which must live as long as the parent.
SIGINT is given back its default, because a shell's `&` hands it down ignored.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 the supervisor's own command


if __name__ == "__main__":
    main()
