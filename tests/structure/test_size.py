"""Files and functions stay small enough to be read whole."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for package in ("components", "paved", "policies", "stacks")
    for path in (ROOT / package).rglob("*.py")
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_passes_300_lines_and_no_function_40(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300
    long = [
        f"{node.name} has {length} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 40
    ]
    assert long == []
