"""Runs of a rehearsal: the same every time, told as they go, and refused before they start where a file is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paved.rehearsal.rehearsal import rehearse
from stacks.checks.folder import STACKS, Folder
from stacks.reading.problems import ConfigError

DUMP = """
import json, sys
from pathlib import Path
from paved.rehearsal.rehearsal import rehearse
from stacks.checks.folder import Folder
with rehearse(Folder.read(Path(sys.argv[1])), ["vision-prod"]) as rehearsal:
    print(json.dumps(rehearsal.as_json(), sort_keys=True))
"""


def data_of_a_process(seed, zone, locale):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
    done = subprocess.run(
        [sys.executable, "-c", DUMP, str(STACKS)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=STACKS.parent,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_rehearsal_is_the_same_every_time():
    first = data_of_a_process("1", "UTC", "C")
    assert first == data_of_a_process("2", "Asia/Tokyo", "C.UTF-8")
    assert [stack["stack"] for stack in json.loads(first)["stacks"]] == [
        "foundation-prod",
        "platform-prod",
        "vision-prod",
    ]


def test_a_stack_comes_out_the_same_in_whatever_company():
    def outcomes(*names):
        with rehearse(Folder.read(STACKS), names) as rehearsal:
            return rehearsal.stack("foundation-prod").outcomes

    assert outcomes("foundation-prod") == outcomes("foundation-dev", "foundation-prod")


def test_progress_is_told_resource_by_resource():
    heard = []
    with rehearse(
        Folder.read(STACKS), ["foundation-dev"], lambda stack, outcome: heard.append((stack, outcome))
    ) as one:
        (stack,) = one.stacks
    assert {name for name, _ in heard} == {"foundation-dev"}
    assert sorted((o for _, o in heard), key=lambda o: o.urn) == list(stack.outcomes)


def copied(tmp_path: Path, **changes: tuple[str, str]) -> Folder:
    """The sample folder, with one replacement in the files of some stacks."""
    for path in STACKS.glob("Pulumi.*.yaml"):
        text = path.read_text(encoding="utf-8")
        old, new = changes.get(path.name.split(".")[1].replace("-", "_"), ("", ""))
        assert old in text
        (tmp_path / path.name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return Folder.read(tmp_path)


def test_every_mistake_of_the_stacks_is_told_before_anything_runs(tmp_path):
    folder = copied(
        tmp_path,
        foundation_dev=("environment: dev", "environment: test"),
        foundation_prod=("environment: prod", "environment: test"),
    )
    with pytest.raises(ConfigError) as caught, rehearse(folder, ["ranking-dev", "vision-prod"]):
        pass
    assert {problem.file.rpartition("Pulumi.")[2] for problem in caught.value.problems} >= {
        "foundation-dev.yaml",
        "foundation-prod.yaml",
    }


def test_an_unknown_stack_is_a_mistake():
    with pytest.raises(ConfigError, match="nothing-prod"), rehearse(Folder.read(STACKS), ["nothing-prod"]):
        pass
