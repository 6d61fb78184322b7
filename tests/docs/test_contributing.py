"""The folder tree of CONTRIBUTING.md has one true line for each file."""

import ast
import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
START, END = "<!-- tree: start -->\n```text\n", "```\n<!-- tree: end -->"
OTHERS = {
    "Makefile": "the commands: rehearse, test, check, format, scan, bench, lock",
    "Pulumi.yaml": "the Pulumi project: Python in .venv, stack files in stacks/",
    "pyproject.toml": "dependencies and the settings of ruff, mypy and pytest",
    "requirements.lock": "every dependency by version and hash, for Python 3.11 to 3.13",
    "README.md": "the two commands and what they print",
    "CONTRIBUTING.md": "how to change Paved, and this tree",
    "CHANGELOG.md": "what changed for a user",
    ".ci/run": "what CI runs",
    ".ci/advisories.yaml": "known vulnerabilities that `make scan` does not fail for, each owned and expiring",
    ".github/workflows/check.yml": "CI on GitHub: `.ci/run` for each commit, `make scan` once a week",
    ".gitignore": "what is not kept",
    "stacks/schema.json": "the JSON Schema that editors complete stack files from; `paved schema` writes it",
    "reference/data/instance_types.csv": "EC2 instance types: vCPUs, memory, accelerator, EFA, NVMe",
    "reference/data/instance_offerings.csv": "EC2 instance types: where each is offered, by region and AZ id",
    "reference/data/prices/free.csv": "types of resources that AWS does not charge for, and who says so",
    "reference/data/prices/instances.csv": "EC2 list prices an hour, by region, with source and day",
    "reference/data/prices/services.csv": "list prices of everything else, by region, with source and day",
    "docs/guides/report.png": "the first page of a report, of a generated bill",
    "paved/billing/templates/report.html": "the finance page",
    "paved/billing/templates/report.css": "how the finance page looks: on a light or dark screen, and on paper",
    "paved/billing/templates/tables.html": "the tables that the finance page has several of",
    "reference/data/releases.toml": "the compatibility matrix, one row a release",
}


def purpose(path):
    """The first sentence a file says of itself."""
    name = str(path.relative_to(ROOT))
    if name in OTHERS:
        return OTHERS[name]
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".py":
            said = ast.get_docstring(ast.parse(text)) or ""
        case ".md":
            said = re.sub(r"^#+\s*(\d+\.\s*)?", "", text.partition("\n")[0])
        case ".yaml":
            comments = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
            said = next((line for line in comments if "yaml-language-server" not in line), "")
        case _:
            said = ""
    return said.partition("\n")[0]


def listed():
    top = [path for path in ROOT.iterdir() if path.is_file() and str(path.name) in (*OTHERS, "__main__.py")]
    yield from sorted(top)
    yield ROOT / ".ci" / "advisories.yaml"
    yield ROOT / ".ci" / "run"
    yield ROOT / ".github" / "workflows" / "check.yml"
    for folder in ("components", "stacks", "policies", "paved", "benchmarks", "docs"):
        found = (
            path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )
        yield from sorted(path for path in found if path.suffix != ".pyc" and path.stat().st_size)


def tree():
    lines, seen = [], set()
    for path in listed():
        parts = path.relative_to(ROOT).parts
        for depth in range(1, len(parts)):
            if parts[:depth] not in seen:
                seen.add(parts[:depth])
                lines.append(f"{'  ' * (depth - 1)}{parts[depth - 1]}/")
        lines.append(f"{'  ' * (len(parts) - 1) + parts[-1]:<39} {purpose(path)}".rstrip())
    for folder in sorted(
        path for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"
    ):
        lines.append(
            f"{'tests/' + folder.name + '/':<40}{TESTS.get(folder.name, 'mirrors ' + folder.name + '/')}"
        )
    return "\n".join(lines) + "\n"


TESTS = {
    "docs": "what the documents say is true of the code",
    "engine": "the real engine agrees with the plan, where `pulumi` is on PATH",
    "fixtures": "registrations recorded from the real engine",
    "golden": "plans, manifests and CLI output as they should be",
    "structure": "imports point one way; files and functions stay small",
}


def test_the_tree_of_contributing_lists_every_file_with_what_it_is_for():
    text = CONTRIBUTING.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    wanted = f"{before}{START}{tree()}{END}{after}"
    if os.environ.get("UPDATE_GOLDEN"):
        CONTRIBUTING.write_text(wanted, encoding="utf-8")
    assert text == wanted, "the tree changed; set UPDATE_GOLDEN=1 to write it anew"


def test_every_listed_file_says_what_it_is_for():
    assert [str(path.relative_to(ROOT)) for path in listed() if not purpose(path)] == []
