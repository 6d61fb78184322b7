"""`paved dashboards`: files that Grafana imports, written whole or not at all."""

import json

from paved.cli import run


def test_every_dashboard_is_written_by_its_folder(tmp_path, capsys):
    assert run(["dashboards", "--out", str(tmp_path / "d")]) == 0
    found = sorted(path.relative_to(tmp_path / "d").as_posix() for path in (tmp_path / "d").rglob("*/*.json"))
    assert "finance/executive.json" in found and len(found) == 8
    assert json.loads((tmp_path / "d/teams/endpoint.json").read_text())["uid"] == "paved-endpoint"
    assert len(capsys.readouterr().out.splitlines()) == 8


def test_an_earlier_folder_is_replaced_and_no_other_one(tmp_path, capsys):
    out = tmp_path / "d"
    assert run(["dashboards", "--out", str(out)]) == run(["dashboards", "--out", str(out)]) == 0
    other = tmp_path / "mine"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    assert run(["dashboards", "--out", str(other)]) == 2
    assert [path.name for path in other.iterdir()] == ["notes.txt"]
