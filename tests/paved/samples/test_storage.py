import os

import pytest

from paved.samples.programs import storage


@pytest.fixture
def volumes(tmp_path):
    for name in ("work", "out"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_a_directory_that_takes_files_passes_and_keeps_none(volumes, capsys):
    assert storage.main([str(volumes / "work"), str(volumes / "out")]) == 0
    assert capsys.readouterr().out == "2 of 2 directories take files\n"
    assert not list((volumes / "work").iterdir())


@pytest.mark.skipif(os.getuid() != 0, reason="only root makes a directory that others may not write in")
def test_a_directory_of_root_fails_and_says_whose_it_is(volumes):
    for above in (volumes, *volumes.parents[:-2]):
        above.chmod(above.stat().st_mode | 0o111)
    child = os.fork()
    if not child:
        os.setgid(1000)
        os.setuid(1000)
        said = storage.tried(volumes / "work")
        os._exit(
            0 if said and "Permission denied, as user 1000" in said and "is 0:0 with mode 755" in said else 1
        )
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_directory_that_is_not_there_fails_and_the_others_are_tried(volumes, capsys):
    assert storage.main([str(volumes / "lost"), str(volumes / "out")]) == 1
    said = capsys.readouterr()
    assert said.out == "1 of 2 directories take files\n"
    assert f"{volumes / 'lost'}: No such file or directory, as user " in said.err
    assert "not to be looked at (No such file or directory)" in said.err


def test_a_file_that_reads_back_otherwise_fails_and_is_removed(volumes, monkeypatch):
    monkeypatch.setattr(storage.Path, "read_bytes", lambda path: b"other")
    with pytest.raises(OSError, match="what was read is not what was written"):
        storage.written(volumes / "work" / "file")
    assert not list((volumes / "work").iterdir())


def test_a_job_without_a_directory_fails():
    assert storage.main([]) == 1


def test_the_job_writes_as_the_teams_user_in_every_directory_of_the_team(made):
    job = made("vision-prod").jobs()["samples/accept-storage-l40s.yaml"]
    pod = job["spec"]["template"]["spec"]
    [writer] = pod["containers"]
    assert writer["command"][2:] == ["/volumes/train/work", "/volumes/train/checkpoints"]
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["fsGroup"]) == (1000, 1000)
    assert {"name": "data-train", "persistentVolumeClaim": {"claimName": "train"}} in pod["volumes"]
    assert {"name": "data-train", "mountPath": "/volumes/train"} in writer["volumeMounts"]


def test_a_team_without_file_systems_has_nothing_to_try(made):
    assert "accept-storage: the team has no `data.file_systems`" in made("risk-prod").left_out
