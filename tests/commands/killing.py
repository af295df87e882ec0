"""Being killed at it, again and again, until one run comes through.

Nothing of the database is open in the process that kills: each attempt is a child of its own,
forked before it opens anything, and killed (SIGKILL) at a random moment after a random chunk.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from functools import partial

#: A chunk takes some milliseconds; the kill falls anywhere in it.
LATEST = 0.02


def kill_until_done(attempt: Callable[[Callable[[int], None]], None], kills: int, seed: int) -> int:
    """Exit code of the last attempt, which is left alone; prints how many were killed.

    ``attempt`` goes on from wherever things stand, and calls what it is given after each chunk.
    """
    chance = random.Random(seed)
    killed = 0
    for left in range(kills, -1, -1):
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            attempt(partial(_tell, told))
            os._exit(0)
        os.close(told)
        if left:
            for _ in range(chance.randrange(0, 4)):
                os.read(heard, 1)
            until = time.monotonic() + chance.uniform(0, LATEST)
            while time.monotonic() < until:
                pass
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        os.close(heard)
        killed += os.WIFSIGNALED(status)
        if not left and os.waitstatus_to_exitcode(status):
            return 1
    print(killed)
    return 0


def _tell(pipe: int, done: int) -> None:
    os.write(pipe, b".")
