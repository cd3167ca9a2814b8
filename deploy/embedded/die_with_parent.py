"""Run a command that dies with the thread that started it, however that ends: `python -IS die_with_parent.py PARENT COMMAND...`."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the kernel was told.
    if os.getppid() == int(parent):
        os.execv(command[0], command)  # noqa: S606 - the command is this package's own, and no shell is wanted
