"""`paved explain` says what a key does, and what it makes and costs in a stack."""

import json

import pytest

from paved.cli import run
from stacks.reading.fields import KINDS


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("field", ("training.pools.max_gpus",)),
        ("section", ("budget",)),
        ("required", ("training.pools[l4].max_gpus", "--stack", "ranking-dev")),
        ("effect", ("monitoring", "--stack", "ranking-dev")),
        ("money", ("data.file_systems", "--stack", "ranking-dev")),
        ("default", ("training.weight", "--stack", "ranking-dev")),
        ("misspelt", ("training.pool.max_gpus",)),
    ],
)
def test_an_explanation_reads_as_reviewed(name, arguments, paved, golden):
    golden(f"cli/explain-{name}.txt", paved("explain", *arguments))


def test_every_section_is_listed_by_kind(capsys):
    assert run(["explain", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["sections"]
    for kind, model in KINDS.items():
        assert [each["key"] for each in listed[kind]] == sorted(model.model_fields)


def test_every_section_can_be_explained(capsys):
    for kind, model in KINDS.items():
        for name in model.model_fields:
            assert run(["explain", name, "--json"]) == 0, f"{kind} {name}"
            data = json.loads(capsys.readouterr().out)
            assert (
                any(kind in each["kinds"] and each["must"] for each in data["explanations"]) or name == "kind"
            )


def test_a_stack_alone_is_refused(capsys):
    assert run(["explain", "--stack", "ranking-dev"]) == 2
    assert "needs a KEY" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["../x", "a b", "zzz", "training.pools[0", "__init__"])
def test_what_is_no_key_is_bad_input(key, capsys):
    assert run(["explain", key]) == 2
    assert "is no key" in capsys.readouterr().err
