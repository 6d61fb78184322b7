"""The text of a stack file: one regular UTF-8 file of the folder, with nothing in it that a reader cannot see."""

import stat
import unicodedata
from pathlib import Path

from stacks.reading.problems import ConfigError, Problem

LARGEST = 256 * 1024
"""Bytes of a stack file. The largest real one is a hundredth of it."""

LONGEST_LINE = 1000
"""Characters of a line, and of a text. It also bounds the search for credentials."""

DEEPEST = 16
"""Levels of lists and mappings in a stack file. The deepest setting lies on the seventh."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_text(path: Path, shown_as: str) -> str:
    """The text of a stack file, its line ends turned into `\\n`. Raises ConfigError, which names `shown_as`."""
    try:
        data = _bytes(path, shown_as)
    except OSError as error:
        raise refused(shown_as, f"cannot be read: {error.strerror}") from None
    except (RuntimeError, ValueError):  # what pathlib makes of a circle of links and of a NUL in a name
        raise refused(shown_as, "cannot be read: it is no usable path") from None
    if data.startswith(BYTE_ORDER_MARK):
        raise refused(shown_as, "starts with a byte order mark: save it as UTF-8 without one", line=1)
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refused(
            shown_as, f"is not UTF-8: byte 0x{data[error.start]:02x}; save it as UTF-8", line=line
        ) from None
    _refuse_unseen(text, shown_as)
    return text


def unseen(text: str) -> str | None:
    """The first character that prints as nothing, as another or as a blank that is none; None without one."""
    for character in text:
        if character != " " and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"):
            return f"U+{ord(character):04X} {unicodedata.name(character, '(control character)')}"
    return None


def refused(shown_as: str, message: str, line: int | None = None) -> ConfigError:
    """The error of a file that cannot be read at all."""
    return ConfigError([Problem(path=(), message=message, file=shown_as, line=line)])


def _bytes(path: Path, shown_as: str) -> bytes:
    real = path.resolve(strict=True)
    if not real.is_relative_to(path.parent.resolve(strict=True)):
        raise refused(shown_as, "is a link to a file outside the folder: put the file itself there")
    mode = real.stat()
    if not stat.S_ISREG(mode.st_mode):
        raise refused(shown_as, "is not a file" if not real.is_dir() else "is a folder, a file is needed")
    if mode.st_size > LARGEST:
        raise refused(shown_as, f"has {mode.st_size} bytes, at most {LARGEST} are read")
    return real.read_bytes()


def _refuse_unseen(text: str, shown_as: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise refused(
                shown_as, f"has {len(line)} characters in a line, at most {LONGEST_LINE} are read", number
            )
        # YAML allows no tab in indentation, and none is seen in an editor.
        if "\t" in line:
            raise refused(shown_as, "has a tab: use spaces", line=number)
        if found := unseen(line):
            raise refused(shown_as, f"has the character {found}, which a reader cannot see", line=number)
