"""The pages that are written from the code, by their path in the checkout."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import typer

from paved.cli import app
from paved.documentation.commands import commands_page
from paved.documentation.index import COMMANDS_PAGE, index_page
from paved.documentation.stack_files import stack_files_page


def pages(root: Path) -> Mapping[str, Callable[[], str]]:
    """Functions that make the pages of a checkout, in the order in which they are written."""
    group = typer.main.get_command(app)
    return {
        COMMANDS_PAGE: partial(commands_page, app),
        "docs/reference/stack-files.md": stack_files_page,
        "llms.txt": partial(index_page, root, group),
    }
