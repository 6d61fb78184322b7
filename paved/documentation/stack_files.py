"""The reference of stack files, from the model: every key with its type, its rule and its default."""

from collections.abc import Iterator

from paved.explain.explanation import Explanation, explanation
from paved.markdown_text import cell, code
from reference.vocabulary import CONFIG_PREFIX
from stacks.reading.fields import KINDS, known_keys
from stacks.reading.problems import Keys

START = """\
# Stack files

Written from the model by `python -m paved.documentation`. A stack is a file `Pulumi.<stack>.yaml`: of a foundation, of
a platform, or of a team. `paved explain KEY --stack STACK` says what a key makes and costs there, and `schema.json`
beside the files lets editors complete them. What must hold between keys and between stacks, `paved validate` says."""


def stack_files_page() -> str:
    """Every key of every kind of stack, in Markdown."""
    lines = [START]
    for kind in KINDS:
        lines += ["", f"## {kind.capitalize()} stack"]
        for section in known_keys(kind, ()):
            lines += ["", *_section(kind, section)]
    return "\n".join(lines) + "\n"


def _section(kind: str, section: str) -> Iterator[str]:
    whole = explanation(kind, (section,))
    yield f"### `{CONFIG_PREFIX}{section}` of a {kind}"
    yield ""
    yield f"{whole.must[:1].upper()}{whole.must[1:].rstrip('.')}: {_presence(whole)}."
    rows = list(_rows(kind, (section,)))
    if rows:
        yield ""
        yield "| key | | must be | left out |"
        yield "| --- | --- | --- | --- |"
        yield from rows


def _rows(kind: str, path: Keys) -> Iterator[str]:
    """A row for each key below a path, the outer before the inner; items of a list have theirs."""
    inner = path if known_keys(kind, path) else (*path, 0)
    for key in known_keys(kind, inner):
        each = explanation(kind, (*inner, key))
        yield f"| {code(each.key)} | {cell(each.type)} | {cell(each.must)} | {cell(_presence(each))} |"
        yield from _rows(kind, (*inner, key))


def _presence(each: Explanation) -> str:
    if each.required:
        return "required"
    is_mapping = each.type == "mapping"
    return (
        f"{code(each.default)} where it is left out" if each.default and not is_mapping else "may be left out"
    )
