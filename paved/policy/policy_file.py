"""`policy.yaml` beside the stack files, held to the rules and stacks that it names."""

from collections.abc import Sequence
from pathlib import Path

from policies.settings import FILE, PolicyFile, PolicyFileError, read_policy_file


def checked_policy_file(folder: Path, stacks: Sequence[str]) -> PolicyFile:
    """The file of a folder of stacks. Raises PolicyFileError with every mistake, a line each."""
    file = read_policy_file(folder / FILE)
    if not (file.exceptions or file.settings.mandatory):
        return file  # it names nothing
    # Every rule's module is read for its id: a fifth of what `paved validate` takes.
    from policies.exceptions import unknown_names
    from policies.registry import BY_ID

    if wrong := unknown_names(file, frozenset(BY_ID), frozenset(stacks)):
        raise PolicyFileError("\n".join(f"{FILE}: {each}" for each in wrong))
    return file
