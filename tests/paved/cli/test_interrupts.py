"""Ctrl-C ends a command, wherever it comes."""

import signal
import subprocess
import sys

import pytest

DROPPED = {
    "by-a-handler": "try:\n    os.kill(os.getpid(), signal.SIGINT)\nexcept BaseException:\n    pass",
    "by-a-weak-reference": (
        "class Held: pass\nheld = Held()\n"
        "kept = weakref.ref(held, lambda _: os.kill(os.getpid(), signal.SIGINT))\ndel held"
    ),
}


def ended(program):
    return subprocess.run(
        [sys.executable, "-c", f"import os, signal, time, weakref\n{program}"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@pytest.mark.parametrize("how", DROPPED)
def test_an_interrupt_that_is_dropped_comes_again(how):
    done = ended(
        "from paved.cli import interrupts\ninterrupts.install()\n"
        f"{DROPPED[how]}\n"
        "try:\n    time.sleep(20)\nexcept KeyboardInterrupt:\n    interrupts.settle()\n    print('came')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "came\n", "")


def test_an_interrupt_that_was_answered_does_not_come_again():
    done = ended(
        "from paved.cli import interrupts\ninterrupts.install()\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(20)\n"
        "except KeyboardInterrupt:\n    interrupts.settle()\n"
        "time.sleep(3 * interrupts.AGAIN_SECONDS)\nprint('alone')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "alone\n", "")


def test_a_job_that_ignores_interrupts_goes_on_ignoring_them():
    done = ended(
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from paved.cli import interrupts\ninterrupts.install()\n"
        "os.kill(os.getpid(), signal.SIGINT)\nprint('went on')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "went on\n", "")
