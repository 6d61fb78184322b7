"""CONTRIBUTING is short and true: what it names is there, and its recipes do what they say."""

import re
import sys
from datetime import date
from importlib import reload
from pathlib import Path

import pytest

import policies.registry
import policies.rules
from paved.cli import run
from reference.prices import PriceBook, packaged_folder

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TREE = re.search(r"```text\n(.*?)```", TEXT, re.DOTALL)[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PATHS = sorted({path for path in re.findall(r"`([\w./-]+/[\w./-]*\w)`", TEXT) if "<" not in path})


def test_it_fits_on_two_pages():
    assert len(TEXT.splitlines()) <= 120


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_it_names_is_there(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", re.findall(r"^\$ make (\S+)", TEXT, re.MULTILINE))
def test_a_command_that_it_lists_is_a_target_of_make(target):
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def folders(tree):
    """The folders that the picture of the tree names, whole."""
    parents = []
    for line in tree.splitlines():
        indent = len(line) - len(line.lstrip())
        names = [name for name in line.split() if name.endswith("/")]
        if not names:
            continue
        parents = parents[: 0 if indent == 0 else 1]
        yield from (parents[0] + name if indent else name for name in names)
        if indent == 0:
            parents = [names[0]]


def test_the_picture_of_the_tree_has_every_folder_of_the_first_two_levels():
    shown = {folder.rstrip("/") for folder in folders(TREE)}
    sources = (
        "stacks",
        "components",
        "policies",
        "reference",
        "pricing",
        "paved",
        "examples",
        "tests",
        "docs",
        "benchmarks",
    )
    assert set(sources) <= shown
    for parent in ("stacks", "paved"):
        children = {path.parent.name for path in (ROOT / parent).glob("*/__init__.py")}
        assert {f"{parent}/{child}" for child in children} == {
            folder for folder in shown if folder.startswith(f"{parent}/")
        }


RULE = '''
"""A group of one rule, as its recipe says."""

from policies.rule import EVERYWHERE, Rule, Severity, claim


def _named(bucket, stack):
    yield claim(bucket.at("bucket").is_given, "`bucket` is not set")


RULES = (
    Rule(
        id="DR-99",
        name="bucket-is-named",
        title="A bucket has a name of ours",
        why="A name that AWS makes up is in no policy.",
        fix="Set `bucket`.",
        severity=Severity.LOW,
        enforcement=EVERYWHERE,
        owner="platform",
        kinds=("aws:s3/bucket:Bucket",),
        check=_named,
    ),
)
'''


@pytest.fixture
def added_rule(tmp_path, monkeypatch):
    """A module of rules in a folder of its own, found as one in `policies/rules` would be."""
    (tmp_path / "bucket_names.py").write_text(RULE, encoding="utf-8")
    monkeypatch.setattr(policies.rules, "__path__", [*policies.rules.__path__, str(tmp_path)])
    yield "DR-99"
    monkeypatch.undo()
    sys.modules.pop("policies.rules.bucket_names", None)
    reload(policies.registry)


def test_the_recipe_of_a_rule_adds_it_with_no_list_to_edit(added_rule):
    reload(policies.registry)
    rule = policies.registry.BY_ID[added_rule]
    assert rule.name == "bucket-is-named"
    assert rule in policies.registry.RULES


def test_the_recipe_of_a_price_changes_what_a_stack_costs(tmp_path, capsys):
    for name in ("instances.csv", "services.csv", "free.csv"):
        (tmp_path / name).write_text((packaged_folder() / name).read_text(encoding="utf-8"), encoding="utf-8")
    before = cost(capsys)
    book = PriceBook.read(tmp_path)
    server = book.service("public-ipv4", "us-east-1")
    row = f"public-ipv4,us-east-1,{server.unit},{server.usd:f},"
    text = (tmp_path / "services.csv").read_text(encoding="utf-8")
    assert row in text
    (tmp_path / "services.csv").write_text(
        text.replace(row, row.replace(f"{server.usd:f}", "1.5")), encoding="utf-8"
    )
    after = cost(capsys, "--prices", str(tmp_path))
    assert book.service("public-ipv4", "us-east-1").as_of <= date(2026, 11, 30)
    assert before != after
    assert "public IPv4 address" in after


def cost(capsys, *options):
    assert run(["cost", "foundation-dev", *options]) == 0
    return capsys.readouterr().out
