"""Ctrl-C that is never lost."""

import signal
import sys
import warnings
from typing import Any

AGAIN_SECONDS = 0.5


def install() -> None:
    """Make an interrupt come again until `settle`.

    Once is not enough: Python drops what is raised in the callback of a weak reference, and the Pulumi SDK catches
    an interrupt of the program, then waits for registrations that never end.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return  # a shell's background job ignores Ctrl-C, and is to go on doing so
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGALRM, _interrupt)
    sys.unraisablehook = _unraisable


def settle() -> None:
    """Let no interrupt come again: this one is being answered."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def _interrupt(_signal: int, _frame: Any) -> None:
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    warnings.simplefilter("ignore", RuntimeWarning)  # of coroutines that are left unfinished
    raise KeyboardInterrupt


def _unraisable(dropped: Any) -> None:
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
