"""`paved schema`: the JSON Schema by which editors complete and check stack files."""

from typing import Annotated

import typer

from paved.cli.output import show
from paved.cli.project import StacksDir, given_or_own
from paved.errors import BadInput, Refused

FILE = "schema.json"


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where the file is stale.")
    ] = False,
    stacks: StacksDir = None,
) -> int:
    """Write `schema.json` beside the stack files, which name it in their first line."""
    from paved.files import write_text
    from stacks.reading.editor_schema import schema_text

    path, text = given_or_own(stacks) / FILE, schema_text()
    if not check:
        write_text(path, text)
        show(f"wrote {path}")
        return 0
    try:
        is_current = path.read_text(encoding="utf-8") == text
    except FileNotFoundError:
        is_current = False
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"`{path}` cannot be read: {error}") from error
    if not is_current:
        raise Refused(f"`{path}` is not what the model says", hint="write it anew with `paved schema`")
    show(f"{path} is current")
    return 0
