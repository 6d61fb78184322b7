"""The services of AWS: their creators and their readers are written apart, and stand below rehearsal and audit."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AWS = ROOT / "paved" / "aws"
SERVICES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(AWS.rglob("*.py"))
    if not {"creating", "reading"} & set(path.parts) and path.name != "services.py"
}
MACHINERY = {"creates": "paved.aws.creating", "reads": "paved.aws.reading"}


def module_names(module: str, tree: ast.Module) -> dict[str, tuple[str, ast.AST]]:
    """Each name at the top of a module: the full name of what it is bound to, and the statement that binds it."""
    names: dict[str, tuple[str, ast.AST]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = (f"{module}.{node.name}", node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = (f"{node.module}.{alias.name}", node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    names[target.id] = (f"{module}.{target.id}", node)
    return names


def roots(tree: ast.Module, decorator: str) -> Iterator[ast.FunctionDef]:
    """The functions that are registered by a decorator."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
            if any(isinstance(call, ast.Name) and call.id == decorator for call in calls):
                yield node


class Services:
    """The sources of service modules, and what the functions of each side reach in them."""

    def __init__(self, sources: Mapping[str, str]):
        self.trees = {module: ast.parse(source) for module, source in sources.items()}
        self.names = {module: module_names(module, tree) for module, tree in self.trees.items()}

    def reached(self, decorator: str) -> dict[str, ast.AST]:
        """Every full name that is reachable from the functions with a decorator, and where it is bound."""
        found: dict[str, ast.AST] = {}
        for module, tree in self.trees.items():
            for function in roots(tree, decorator):
                self._follow(module, function, found)
        return found

    def _follow(self, module: str, node: ast.AST, found: dict[str, ast.AST]) -> None:
        used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        for name in sorted(used & self.names[module].keys()):
            full, bound = self.names[module][name]
            if full in found:
                continue
            found[full] = bound
            owner, _, attribute = full.rpartition(".")
            if isinstance(bound, ast.ImportFrom):
                if owner in self.trees and attribute in self.names[owner]:
                    found[full] = self.names[owner][attribute][1]
                    self._follow(owner, found[full], found)
            else:
                self._follow(module, bound, found)

    def shared(self) -> list[str]:
        """The names that creators and readers both reach, but for published ones."""
        created, read = self.reached("creates"), self.reached("reads")
        return sorted(name for name in created.keys() & read.keys() if not is_published(name, created[name]))

    def astray(self) -> list[str]:
        """The names of one side's machinery that the other side reaches."""
        created, read = self.reached("creates"), self.reached("reads")
        crossing = [name for name in created if name.startswith(MACHINERY["reads"])]
        return sorted(crossing + [name for name in read if name.startswith(MACHINERY["creates"])])


def is_published(name: str, bound: ast.AST) -> bool:
    """Whether a name stands for a text that AWS publishes, or for a part of Python: neither translates anything."""
    if name.startswith("reference.vocabulary.") or name.partition(".")[0] in sys.stdlib_module_names:
        return True
    is_text = isinstance(getattr(bound, "value", None), ast.Constant) and isinstance(bound.value.value, str)
    return isinstance(bound, ast.Assign) and is_text


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    return found


@pytest.fixture(scope="module")
def services() -> Services:
    return Services({module: path.read_text(encoding="utf-8") for module, path in SERVICES.items()})


def test_creators_and_readers_share_nothing_but_published_names(services):
    assert len(services.reached("creates")) > 120
    assert len(services.reached("reads")) > 90
    assert services.shared() == []


def test_neither_side_uses_the_machinery_of_the_other(services):
    assert services.astray() == []


HEAD = """
from paved.aws.creating.registry import creates
from paved.aws.reading.audited_types import reads
from paved.aws.creating.request import pairs
from paved.aws.reading.lookup import tag_map
"""


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        (
            "@creates('t')\ndef create(i, a): return _name(i)\n"
            "@reads('t')\ndef read(l): return _name(l)\n"
            "def _name(x): return x",
            ["x._name"],
        ),
        (
            "NAMES = {'a': 'A'}\n@creates('t')\ndef create(i, a): return _names()\n"
            "def _names(): return NAMES\n@reads('t')\ndef read(l): return NAMES",
            ["x.NAMES"],
        ),
        (
            "BUS = 'default'\n@creates('t')\ndef create(i, a): return BUS\n@reads('t')\ndef read(l): return BUS",
            [],
        ),
    ],
)
def test_a_shared_helper_or_table_is_found(source, shared):
    assert Services({"x": HEAD + source}).shared() == shared


def test_a_helper_shared_across_modules_is_found():
    one = "from y import spelt\n@creates('t')\ndef create(i, a): return spelt(i)"
    other = "def spelt(x): return x\n@reads('t')\ndef read(l): return spelt(l)"
    assert Services({"x": HEAD + one, "y": HEAD + other}).shared() == ["y.spelt"]


def test_a_crossing_into_the_other_machinery_is_found():
    source = "@creates('t')\ndef create(i, a): return tag_map(i)\n@reads('t')\ndef read(l): return pairs(l)"
    assert Services({"x": HEAD + source}).astray() == [
        "paved.aws.creating.request.pairs",
        "paved.aws.reading.lookup.tag_map",
    ]


@pytest.mark.parametrize("path", sorted(AWS.rglob("*.py")), ids=lambda path: str(path.relative_to(AWS)))
def test_a_service_stands_below_the_rehearsal_and_the_audit(path):
    assert not [name for name in imports(path) if name.startswith(("paved.rehearsal", "paved.audit"))]


@pytest.mark.parametrize(("side", "other"), [("creating", "reading"), ("reading", "creating")])
def test_the_machinery_of_one_side_knows_nothing_of_the_other(side, other):
    for path in (AWS / side).rglob("*.py"):
        assert not [name for name in imports(path) if name.startswith(f"paved.aws.{other}")]


def test_the_services_import_neither_botocore_nor_moto():
    program = (
        "import sys; from paved.aws.services import service_modules; assert len(service_modules()) > 25;"
        "heavy = ('boto3', 'botocore', 'moto', 'pulumi', 'pulumi_aws');"
        "sys.exit([each for each in sys.modules if each.split('.')[0] in heavy] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_audit_imports_no_moto():
    program = (
        "import sys; import paved.audit.audit, paved.audit.credentials, paved.aws.reading.account;"
        "from paved.aws.reading.audited_types import audited_types; assert audited_types();"
        "sys.exit('moto' if 'moto' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
