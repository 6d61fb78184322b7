"""`paved schema` writes the file that editors complete by, or says that it is stale."""

import pytest

from paved.cli import run
from stacks.reading.editor_schema import schema_text


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: paved\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_is_written_and_then_current(project, capsys):
    assert run(["schema"]) == 0
    assert (project / "stacks" / "schema.json").read_text(encoding="utf-8") == schema_text()
    assert run(["schema", "--check"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("content", [None, "{}"])
def test_a_stale_file_is_refused_and_left_as_it_is(project, capsys, content):
    path = project / "stacks" / "schema.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert run(["schema", "--check"]) == 1
    assert "is not what the model says" in capsys.readouterr().err
    assert (path.read_text(encoding="utf-8") if path.exists() else None) == content


def test_an_unreadable_file_is_bad_input(project, capsys):
    (project / "stacks" / "schema.json").write_bytes(b"\xff")
    assert run(["schema", "--check"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_folder_in_its_place_is_bad_input_and_stays(project, capsys):
    (project / "stacks" / "schema.json").mkdir()
    assert run(["schema"]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in (project / "stacks").iterdir()] == ["schema.json"]
