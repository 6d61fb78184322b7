"""A stack file as data, with the line of every key, in the part of YAML that all parsers read alike."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from stacks.reading.file_text import DEEPEST, refused, unseen
from stacks.reading.problems import Keys, Problem, quoted_key, shown
from stacks.reading.scalars import plain_json

# With the caps of size and depth, a bound of what a hostile file costs.
MOST_NODES = 10_000

# The parser in C, where PyYAML was built with it: the events are the same.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Scalar:
    """A value that is neither a list nor a mapping, as JSON. A number keeps the digits of the file."""

    json: str


Node = Scalar | list["Node"] | dict[str, "Node"]


@dataclass(kw_only=True)
class Document:
    """A stack file: its root, the line of every path below it, and what is wrong with it as YAML."""

    root: Node = field(default_factory=lambda: Scalar("null"))
    lines: dict[Keys, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse_yaml(text: str, shown_as: str) -> Document:
    """Read a YAML text. Raises ConfigError, which names `shown_as`, where nothing can be made of it."""
    builder = _Builder(shown_as)
    try:
        # Events, not constructed values: a constructor has already decided what `yes` and `010` mean.
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise refused(shown_as, f"is not YAML: {error.problem or error.context}", line) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise refused(shown_as, "is not YAML: it has a character that YAML does not allow") from None
    return builder.document


def as_json(node: Node) -> str:
    """A node as JSON text, numbers digit by digit as they are in the file."""
    match node:
        case Scalar(json=text):
            return text
        case list():
            return f"[{','.join(map(as_json, node))}]"
        case dict():
            items = ",".join(f"{json.dumps(key)}:{as_json(value)}" for key, value in node.items())
            return f"{{{items}}}"


def spelled_source(path: Keys) -> str:
    """A path of the file as its author reads it: below `config` the section comes first."""
    if path[:1] == ("config",) and len(path) > 1:
        path = path[1:]
        if len(path) > 1 and isinstance(path[0], str):
            path = (path[0].removeprefix("paved:"), *path[1:])
    steps = "".join(f"[{key}]" if isinstance(key, int) else f".{quoted_key(key)}" for key in path)
    return steps.removeprefix(".")


@dataclass
class _Open:
    """A list or mapping whose end has not come yet."""

    node: list[Node] | dict[str, Node]
    path: Keys
    key: str | None = None
    is_repeated: bool = False


class _Builder:
    """Turns the parser's events into a document."""

    def __init__(self, shown_as: str) -> None:
        self.document = Document()
        self._shown_as = shown_as
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._start_document(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_properties(event)
                self._start(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case yaml.ScalarEvent():
                self._refuse_properties(event)
                self._scalar(event)
            case yaml.AliasEvent():
                self._refuse(
                    event, f"uses the alias `*{shown(str(event.anchor), limit=60)}`: write the value out"
                )
                self._place(event, Scalar("null"))

    def _start_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._stop(event, "holds a second document: keep one, without a `---` between")
        if event.version or event.tags:
            raise self._stop(event, "has a `%` directive: take it out")

    def _start(self, event: Any, node: list[Node] | dict[str, Node]) -> None:
        if len(self._open) == DEEPEST:
            raise self._stop(event, f"is nested more than {DEEPEST} deep")
        self._open.append(_Open(node, self._place(event, node)))

    def _scalar(self, event: Any) -> None:
        top = self._open[-1] if self._open else None
        if top and isinstance(top.node, dict) and top.key is None:
            self._key(event, top)
            return
        text, reading = (json.dumps(event.value), None) if event.style else plain_json(event.value)
        if reading:
            self._refuse(event, f"is {shown(event.value, limit=60)}, {reading}")
        if character := unseen(event.value):
            self._refuse(event, f"has the character {character}, which a reader cannot see")
            text = '""'
        self._place(event, Scalar(text))

    def _key(self, event: Any, top: _Open) -> None:
        key, line = event.value, event.start_mark.line + 1
        path = (*top.path, key)
        if unseen(key):
            raise self._stop(event, "has a key with a character that a reader cannot see")
        if key == "<<" and not event.style:
            self._problem(path, line, "is a merge key: write the values out")
        elif first := self.document.lines.get(path):
            self._problem(path, line, f"is set on line {first} and again on line {line}: keep one")
        top.key, top.is_repeated = key, path in self.document.lines or key == "<<"
        self.document.lines.setdefault(path, line)

    def _place(self, event: Any, node: Node) -> Keys:
        """Attach a node to what is open, and return its path."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._stop(event, f"has more than {MOST_NODES} values")
        if not self._open:
            self.document.root = node
            return ()
        top = self._open[-1]
        if isinstance(top.node, list):
            top.node.append(node)
            path = (*top.path, len(top.node) - 1)
            self.document.lines.setdefault(path, event.start_mark.line + 1)
            return path
        if top.key is None:
            raise self._stop(event, "has a key that is not text")
        path, is_repeated = (*top.path, top.key), top.is_repeated
        top.key = None
        if not is_repeated:
            top.node[str(path[-1])] = node
        return path

    def _here(self) -> Keys:
        """The path that the next value will have."""
        if not self._open:
            return ()
        top = self._open[-1]
        step = len(top.node) if isinstance(top.node, list) else top.key
        return top.path if step is None else (*top.path, step)

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor:
            self._refuse(event, f"has the anchor `&{shown(str(event.anchor), limit=60)}`: take it out")
        if event.tag:
            self._refuse(event, f"has the tag `{shown(event.tag, limit=60)}`: take it out")

    def _refuse(self, event: Any, message: str) -> None:
        self._problem(self._here(), event.start_mark.line + 1, message)

    def _problem(self, path: Keys, line: int, message: str) -> None:
        text = f"`{spelled_source(path)}` {message}" if path else message
        self.document.problems.append(Problem(path=path, message=text, file=self._shown_as, line=line))

    def _stop(self, event: Any, message: str) -> Exception:
        return refused(self._shown_as, message, event.start_mark.line + 1)


def branches(node: Node, path: Keys = ()) -> Iterator[tuple[Keys, Node]]:
    """Every node of a document and its path, the outer before the inner."""
    yield path, node
    inner = enumerate(node) if isinstance(node, list) else node.items() if isinstance(node, dict) else ()
    for key, value in inner:
        yield from branches(value, (*path, key))
