"""Lines in columns, and numbers of things in words."""

import pytest
from rich.table import Table

from paved.table_text import NARROWEST, columns, counted, table_text, terminal_width


def test_a_column_is_as_wide_as_its_widest_cell_and_never_wrapped():
    long = "word " * 40
    assert columns([("a", "b", long), ("aaa", "", "end")]) == [f"a    b  {long.rstrip()}", "aaa     end"]


def test_a_column_without_a_word_is_left_out():
    assert columns([("a", "", "b"), ("c", "", "")]) == ["a  b", "c"]
    assert columns([]) == []


@pytest.mark.parametrize(("number", "words"), [(0, "0 rules"), (1, "1 rule"), (2, "2 rules")])
def test_a_number_of_things_is_counted_in_words(number, words):
    assert counted(number, "rule") == words


@pytest.fixture
def terminal(monkeypatch):
    """A stdout that is a terminal of so many columns."""

    def of(width):
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", str(width))

    return of


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_lines_and_tables_fit_the_terminal(terminal, width):
    terminal(width)
    table = Table.grid(padding=(0, 2))
    table.add_row("name", "word " * 60)
    lines = [*columns([("rule", "stack", "word " * 60)], "  "), table_text(table)]
    longest = max(len(line) for text in lines for line in text.splitlines())
    assert width - 5 <= longest <= width


def test_what_a_terminal_breaks_is_whole_again_without_its_blanks(terminal):
    text = "`values.kserve.storage.tag` is v0.20.0 without a digest: " * 3
    terminal(70)
    [line] = columns([("advisory", "K8-13", text)])
    assert " ".join(line.split()) == " ".join(f"advisory K8-13 {text}".split())
    assert {following[:17].strip() for following in line.splitlines()[1:]} == {""}


def test_a_name_or_an_amount_is_never_cut(terminal):
    terminal(60)
    table = Table(box=None)
    for _ in range(4):
        table.add_column()
    table.add_row("paved-vision-prod-datasets-111122223333", "156,211.25", "184,061.72", "x" * 60)
    assert "…" not in table_text(table)


def test_a_terminal_that_is_too_narrow_counts_as_sixty_columns(terminal):
    terminal(20)
    assert terminal_width() == NARROWEST


def test_without_a_terminal_a_table_is_the_same_everywhere(monkeypatch):
    table = Table.grid()
    table.add_row("word " * 60)
    monkeypatch.setenv("COLUMNS", "60")
    narrow = table_text(table)
    monkeypatch.setenv("COLUMNS", "200")
    assert narrow == table_text(table)
