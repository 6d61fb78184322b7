"""A page as Markdown. What files say stands as code, so that nothing in it is markup, a link or a mention."""

from collections.abc import Iterator, Sequence

from paved.markdown_text import cell, code
from paved.operations.page import Page
from paved.operations.page_parts import NO_DATA, Cell, PageSection, Table, Told


def as_markdown(page: Page) -> str:
    """The page, the same bytes for the same report."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield f"# {page.title}"
    yield ""
    yield page.lead
    for caveat in page.caveats:
        yield ""
        yield f"> {caveat}"
    yield ""
    yield from _rows(
        ("Figure", "Value", ""), [(tile.label, tile.value, tile.note) for tile in page.tiles], {0, 2}
    )
    for section in page.sections:
        yield from _section(section)
    yield ""
    yield "## Sources"
    yield ""
    for source in page.sources:
        yield f"- {source}"


def _section(section: PageSection) -> Iterator[str]:
    yield ""
    yield f"## {section.title}"
    yield ""
    if section.absent:
        yield f"{NO_DATA.capitalize()}: {section.absent} is not in the folder."
        return
    for sentence in section.says:
        yield sentence
        yield ""
    for table in section.tables:
        yield from _table(table)
        yield ""
    for note in section.notes:
        yield f"- {note}"


def _table(table: Table) -> Iterator[str]:
    yield f"{table.caption}:"
    yield ""
    rows = [*table.rows, table.foot] if table.foot else list(table.rows)
    yield from _rows(table.head, rows, {0, *table.texts})


def _rows(head: Sequence[str], rows: Sequence[Sequence[Cell]], texts: set[int]) -> Iterator[str]:
    yield _line(head)
    yield _line([("---" if place in texts else "---:") for place in range(len(head))])
    for row in rows:
        yield _line([_cell(each) for each in row])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(each: Cell) -> str:
    return code(str(each)) if isinstance(each, Told) else cell(each)
