"""Imports point one way: components, then stacks and its folders in order, then paved; the leaves stand alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAVES = ("reference", "pricing")
OURS = ("components", "paved", "policies", "stacks")
MAY_IMPORT = {
    "components": ("components", *LEAVES),
    "stacks": ("stacks", "components", *LEAVES),
    "policies": ("policies", *LEAVES),
    "reference": ("reference",),
    "pricing": ("pricing", "reference"),
    "paved": ("paved", "stacks", "policies"),
    "__main__": ("stacks",),
}
STACK_FOLDERS = ("stacks.schema", "stacks.reading", "stacks.checks", "stacks.program")
"""The lowest first: a folder imports itself and those before it."""


def layer(module: str) -> str:
    return next((leaf for leaf in LEAVES if inside(module, leaf)), module.split(".")[0])


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def imports(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import is written in full, so that this test can read it"
            found.add(str(node.module))
    return {name for name in found if name.split(".")[0] in OURS}


def violations(module: str, source: str) -> list[str]:
    allowed = MAY_IMPORT[layer(module)]
    return sorted(name for name in imports(source) if not any(inside(name, package) for package in allowed))


def upward(module: str, source: str) -> list[str]:
    """The imports of a folder of stacks that come after the module's own."""
    place = next(index for index, folder in enumerate(STACK_FOLDERS) if inside(module, folder))
    above = STACK_FOLDERS[place + 1 :]
    return sorted(name for name in imports(source) if any(inside(name, folder) for folder in above))


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in (*OURS, "__main__.py")
    for path in sorted([ROOT / package] if package.endswith(".py") else (ROOT / package).rglob("*.py"))
}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_layer_may(module):
    assert violations(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("components.network", "from stacks.schema import Team"),
        ("components.network", "import paved.plan.model"),
        ("stacks.program", "from paved.errors import BadInput"),
        ("paved.plan", "def f():\n    from components.account import Account"),
        ("reference.tags", "from components.charts import KUEUE"),
        ("policies.rules.network", "from components.account import Account"),
        ("policies.context", "from stacks.schema import Team"),
        ("policies.evaluation", "from paved.plan.model import Plan"),
        ("components.registry.bucket", "from policies.registry import RULES"),
        ("stacks.checks.budget", "from policies.registry import RULES"),
        ("__main__", "import paved.cli"),
    ],
)
def test_an_import_against_the_direction_is_found(module, source):
    assert violations(module, source)


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("stacks.")])
def test_a_folder_of_stacks_imports_none_that_comes_after_it(module):
    assert upward(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("stacks.schema.team", "from stacks.reading.problems import Problem"),
        ("stacks.schema", "import stacks.checks"),
        ("stacks.reading.parse", "from stacks.checks import stack_problems"),
        ("stacks.reading.loader", "def f():\n    from stacks.checks.folder import Folder"),
        ("stacks.checks.folder", "from stacks.program.engine_config import configured_stack"),
    ],
)
def test_an_import_against_the_order_of_stacks_is_found(module, source):
    assert upward(module, source)
