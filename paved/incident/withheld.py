"""Text that people wrote about an incident, but for what looks like a credential."""

from stacks.reading.credentials import is_credential

WITHHELD = "(withheld: it looks like a credential)"


def redacted(text: str) -> str:
    """A text, or what is shown in its place."""
    return WITHHELD if is_credential(text) else text
