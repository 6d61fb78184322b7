"""`paved render` writes a folder that other tools can check, or says why it cannot."""

import pytest

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
    assert "holds files that this command did not write" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_samples_are_written_beside_the_rendering_and_can_be_applied(tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["render", "risk-prod", "--out", str(out), "--samples", "--image", "scoring:1"]) == 0
    said = capsys.readouterr().out.splitlines()
    applied = [line.removeprefix("kubectl apply -f ") for line in said if line.startswith("kubectl")]
    assert applied == [
        str(path) for path in sorted(out.glob("samples/*"), key=lambda p: applied.index(str(p)))
    ]
    assert len(applied) == 4
    assert "left out  sweep: the platform does not run `ray` (`queues.frameworks`)" in said


@pytest.mark.parametrize("arguments", [["--samples"], ["--image", "scoring:1"]])
def test_samples_need_an_image_and_an_image_samples(tmp_path, capsys, arguments):
    assert run(["render", "risk-prod", "--out", str(tmp_path / "out"), *arguments]) == 2
    assert "`--samples` and `--image IMAGE` go together" in capsys.readouterr().err


@pytest.mark.parametrize("image", ["docker.io/library/python:3.13", "111122223333.dkr.ecr.x/train:1"])
def test_an_image_that_admission_refuses_makes_no_samples(tmp_path, capsys, image):
    out = tmp_path / "out"
    assert run(["render", "risk-prod", "--out", str(out), "--samples", "--image", image]) == 2
    said = capsys.readouterr().err
    assert f"admission of `platform-risk` refuses the image `{image}` to `risk-prod`" in said
    assert "an image starts with one of: " in said
    assert not out.exists()


@pytest.mark.parametrize(
    "image", ["nosuchrepo:1", "bad image;rm", "click-ranker", "click-ranker:a b", "quay.io/x", "quay.io/x:"]
)
def test_an_image_of_no_repository_is_not_docker_hubs(tmp_path, capsys, image):
    # Below `hardened` admission lets a team run whatever is no other team's.
    out = tmp_path / "out"
    assert run(["render", "ranking-dev", "--out", str(out), "--samples", "--image", image]) == 2
    said = capsys.readouterr().err
    assert (
        "must be `<repository>:<tag>` of the team's repositories (`click-ranker`, `model-health` or `notebook`)"
        in said
    )
    assert f'a whole reference with its registry and a tag or a digest, got "{image}"' in said
    assert not out.exists()


def test_samples_are_of_teams(tmp_path, capsys):
    command = ["render", "platform-prod", "--out", str(tmp_path / "out"), "--samples", "--image", "train:1"]
    assert run(command) == 2
    assert "`platform-prod` is no team's stack" in capsys.readouterr().err
