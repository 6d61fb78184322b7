"""Imports point one way: components, then stacks, then paved; the leaf packages stand alone."""

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
        ("paved.plan", "def f():\n    from reference.vocabulary import STACK"),
        ("reference.tags", "from components.charts import KUEUE"),
        ("policies.rules.network", "from reference.vocabulary import STACK"),
        ("policies.context", "from stacks.schema import Team"),
        ("policies.evaluation", "from paved.plan.model import Plan"),
        ("components.registry.bucket", "from policies.registry import RULES"),
        ("stacks.checks.budget", "from policies.registry import RULES"),
        ("__main__", "import paved.cli"),
    ],
)
def test_an_import_against_the_direction_is_found(module, source):
    assert violations(module, source)
