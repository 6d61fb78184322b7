"""The prices that a command works with: those of this release, or a folder that somebody refreshed."""

from pathlib import Path

from paved.errors import BadInput
from reference.prices import PriceBook, packaged_prices


def book_of(folder: Path | None) -> PriceBook:
    """The prices of a folder, or those of this release. Raises BadInput for a folder that holds none."""
    if folder is None:
        return packaged_prices()
    try:
        return PriceBook.read(folder)
    except OSError as error:
        raise BadInput(f"`{folder}` holds no prices: {error.strerror}: {error.filename}") from error
    except KeyError as error:
        raise BadInput(f"`{folder}` holds no prices: a file has no column {error}") from error
    except (ValueError, ArithmeticError) as error:
        raise BadInput(f"`{folder}` holds what is no price: {error}") from error
