"""`paved render` writes a folder that other tools can check, or says why it cannot."""

from paved.cli import run


def test_a_rendering_is_counted_as_it_was_written(tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["render", "ranking-dev", "--out", str(out)]) == 0
    manifests, resources = (len(list(out.glob(f"{area}/*/*"))) for area in ("kubernetes", "aws"))
    assert manifests > 20
    assert resources > 20
    said, *_ = capsys.readouterr().out.splitlines()
    assert said == f"wrote {manifests} Kubernetes manifests and {resources} AWS resources to {out}"


def test_a_mistake_writes_nothing(tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["render", "rankng-dev", "--out", str(out)]) == 2
    assert "did you mean `ranking-dev`?" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_folder_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("years of work")
    assert run(["render", "ranking-dev", "--out", str(tmp_path)]) == 2
    assert "holds files that no rendering wrote" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
