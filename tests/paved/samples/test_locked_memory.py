import json
import resource
from pathlib import Path

import pytest

from paved.samples.programs.locked_memory import GIB, too_little

PROGRAMS = Path(__file__).parents[3] / "paved/samples/programs"


@pytest.fixture
def limited(monkeypatch):
    """Set what `ulimit -l` says, in bytes."""
    return lambda limit: monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))


@pytest.mark.parametrize("limit", [1536 * GIB, 8192 * GIB, resource.RLIM_INFINITY])
def test_a_node_that_locks_a_pods_memory_passes(limited, limit):
    limited(limit)
    assert too_little(1536) is None


@pytest.mark.parametrize("limit", [64 * 1024, 8 * 1024**2, 1536 * GIB - 1])
def test_a_node_that_locks_less_fails_in_the_words_of_ulimit(limited, limit):
    limited(limit)
    assert f"`ulimit -l` is {limit // 1024} KiB and must be {1536 * 1024**2}" in too_little(1536)


def test_each_node_prints_its_limit_once(limited, monkeypatch, capsys):
    limited(8 * 1024**2)
    for rank in ("0", "1"):
        monkeypatch.setenv("LOCAL_RANK", rank)
        too_little(0)
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["ulimit_l_kib"] == 8192


def test_the_fabric_is_not_measured_before_the_limit_is_known():
    """PyTorch is not at hand here, so the program is read."""
    program = (PROGRAMS / "all_reduce.py").read_text(encoding="utf-8")
    assert program.index("if problem := too_little(") < program.index("init_process_group(")
