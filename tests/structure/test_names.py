"""One name for one thing: no class, label or type token stands twice, and docstrings say what a thing does."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from reference import vocabulary

ROOT = Path(__file__).parents[2]
PACKAGES = ("components", "paved", "policies", "pricing", "reference", "stacks")
VOCABULARY = "reference/vocabulary.py"
WORDS = {value: name for name, value in vars(vocabulary).items() if name.isupper() and isinstance(value, str)}

SAME_CLASS = {
    "Training": "The samples' programs each run alone, in the image of a job.",
}
"""Names that two classes have, and why."""

PRINTED = {
    "components/retraining/collect.py": "Its text is the data of a ConfigMap: a changed word is a changed resource.",
    "paved/samples/programs": "Their texts are the data of ConfigMaps.",
    "stacks/schema": "The editor shows a section's docstring as its description.",
}
"""Modules whose docstrings are output, which keeps its words."""

TOKEN = re.compile(r"(aws|kubernetes|pulumi(-[a-z]+)?):[\w./-]*:\w+")
RIDDLE = re.compile(r"(What|Whom|Whose|Who|How|Which|Where|When)\b")


def parsed(text):
    """Sources of a test by path, as trees."""
    return {path: ast.parse(source) for path, source in text.items()}


@pytest.fixture(scope="module")
def trees():
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return parsed({str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files})


def same_classes(trees):
    """Each name that several classes have, with their modules."""
    modules = defaultdict(list)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                modules[node.name].append(path)
    return {name: paths for name, paths in modules.items() if len(paths) > 1}


def text_constants(tree):
    """The constants of a module that hold a text, by name."""
    for node in tree.body:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(value, ast.Constant):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(value.value, str):
                yield target.id, value.value


def words_again(trees):
    """Constants that hold what the vocabulary declares."""
    for path, tree in trees.items():
        if path != VOCABULARY:
            for name, value in text_constants(tree):
                if value in WORDS:
                    yield f"{path}: {name} is {WORDS[value]} of the vocabulary"


def same_tokens(trees):
    """Each type token that is a constant of several modules, with those modules."""
    modules = defaultdict(set)
    for path, tree in trees.items():
        for _, value in text_constants(tree):
            if TOKEN.fullmatch(value):
                modules[value].add(path)
    return {token: paths for token, paths in modules.items() if len(paths) > 1}


def without_docstring(trees):
    """Modules that have code and do not say what it is for."""
    return [path for path, tree in trees.items() if tree.body and not ast.get_docstring(tree)]


def riddles(trees):
    """Docstrings that ask where they should say."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node) or ""
                if RIDDLE.match(text):
                    yield f"{path}:{getattr(node, 'lineno', 1)}: {text.splitlines()[0]}"


def test_no_two_classes_have_one_name(trees):
    assert set(same_classes(trees)) == set(SAME_CLASS)
    assert all(len(why) > 20 for why in SAME_CLASS.values())


def test_a_second_class_of_a_name_is_found():
    planted = parsed({"a.py": "class Pool: ...", "b.py": "class Pool: ...\nclass Node: ..."})
    assert same_classes(planted) == {"Pool": ["a.py", "b.py"]}


def test_no_constant_holds_what_the_vocabulary_declares(trees):
    assert list(words_again(trees)) == []


@pytest.mark.parametrize("source", ['OURS = "paved.dev/pool"', 'OURS: Final = "aws:kms/key:Key"'])
def test_a_constant_that_repeats_the_vocabulary_is_found(source):
    assert len(list(words_again(parsed({"a.py": source, VOCABULARY: source})))) == 1


def declared(tree):
    """Each name that a module assigns text to, with that text, as often as it does."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield from ((target.id, node.value.value) for target in node.targets)


def test_a_word_of_the_vocabulary_stands_once(trees):
    names, values = zip(*declared(trees[VOCABULARY]), strict=True)
    assert len(set(names)) == len(names)
    assert len(set(values)) == len(values)


def test_no_type_token_is_a_constant_of_two_modules(trees):
    assert same_tokens(trees) == {}


def test_a_type_token_that_is_declared_twice_is_found():
    source = 'LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"\nNAME = "aws:lock"'
    found = same_tokens(parsed({"a.py": source, "b.py": source}))
    assert list(found.values()) == [{"a.py", "b.py"}]


def test_every_module_with_code_says_what_it_is_for(trees):
    assert without_docstring(trees) == []


def test_a_module_without_a_docstring_is_found():
    planted = parsed({"a.py": "X = 1", "b.py": '"""Facts."""', "__init__.py": ""})
    assert without_docstring(planted) == ["a.py"]


def test_a_docstring_says_what_a_thing_does(trees):
    free = {path: tree for path, tree in trees.items() if not path.startswith(tuple(PRINTED))}
    assert list(riddles(free)) == []


@pytest.mark.parametrize("text", ["What a plan costs.", "Whose nodes these are.", "How a job ends."])
def test_a_docstring_that_is_a_riddle_is_found(text):
    planted = parsed({"a.py": f'def f():\n    """{text}"""', "b.py": '"""Whatever a plan costs."""'})
    assert list(riddles(planted)) == [f"a.py:1: {text}"]


LONGEST_TEST_NAME = 70


def names_of_tests(source):
    """The functions of a module that pytest collects."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [function.name for function in functions if function.name.startswith("test_")]


def test_a_test_is_named_by_a_sentence_that_fits_on_a_line():
    modules = sorted((ROOT / "tests").rglob("test_*.py"))
    names: list[str] = []
    for path in modules:
        names += names_of_tests(path.read_text(encoding="utf-8"))
    assert [name for name in names if len(name) > LONGEST_TEST_NAME] == []
