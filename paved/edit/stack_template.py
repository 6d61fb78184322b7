"""Stack files from templates: text with comments, in which every value is written as data."""

from collections.abc import Mapping
from typing import Any

from paved.edit.scalar_text import text_of


def stack_text(package: str, template: str, context: Mapping[str, Any]) -> str:
    """The text of one of a package's `templates`. No value can end its line or open a key."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # No autoescape: it writes YAML, in which `finalize` quotes what has to be.
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=False,
        undefined=StrictUndefined,
        finalize=text_of,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text: str = environment.get_template(f"{template}.yaml.j2").render(**context)
    return text
