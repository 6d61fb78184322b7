"""`python -m paved.documentation`: write the pages that are made from the code, into the checkout that it runs in."""

from pathlib import Path

import typer

from paved.documentation.pages import pages
from paved.files import write_text


def main() -> None:
    """Write every page. The index comes last: it has the titles of the others."""
    root = Path.cwd()
    for name, page in pages(root).items():
        write_text(root / name, page())
        typer.echo(f"wrote {name}")


if __name__ == "__main__":
    main()
