"""The hand-over's script runs as root on a folder, and its Job is one that the namespace's Pod Security lets in."""

import os
import shutil
import stat
import subprocess

import pytest

from components.data.hand_over import CAPABILITIES, CREATE_TIMEOUT, MODE, SCRIPT, HandOver, HandOverArgs
from components.data.volume import VolumeSource
from reference.vocabulary import TEAM_GID, TEAM_UID

JOB = "kubernetes:batch/v1:Job"
VOLUME = "kubernetes:core/v1:PersistentVolume"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
ARGS = HandOverArgs(
    name="paved-vision-prod--train",
    namespace="hand-overs",
    image="public.ecr.aws/docker/library/busybox:1.37.0@sha256:0f6e",
    directories=("/work", "/out/runs"),
    storage_gib=1200,
    source=VolumeSource(
        driver="fsx.csi.aws.com",
        handle="fs-0f6e",
        attributes={"dnsname": "fs-0f6e.fsx.us-east-1.amazonaws.com", "mountname": "abcdef"},
        mount_options=("flock",),
        access_mode="ReadWriteMany",
    ),
    labels={"team": "vision"},
    after=(),
)
BASELINE = {
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
    *("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
}
"""Capabilities that the baseline level lets a container add (Kubernetes' Pod Security Standards)."""

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root gives a directory away")


@pytest.fixture
def job(plan_program):
    plan = plan_program(lambda: HandOver("train", ARGS))
    return plan.one(JOB)


def hand_over(root, *directories, owner=f"{TEAM_UID}:{TEAM_GID}", **settings):
    """Run the script as the Job does."""
    environment = {"PATH": os.environ["PATH"], "ROOT": str(root), "OWNER": owner, "MODE": MODE}
    command = ["sh", "-euc", SCRIPT, "hand-over", *directories]
    return subprocess.run(command, env=environment, capture_output=True, text=True, **settings)


def with_capabilities(root, capabilities, *directories):
    """Run the script as root that has these capabilities alone, and the team's group, as the Job's container does."""
    kept = ",".join(("-all", *(f"+{each.lower()}" for each in capabilities)))
    jailed = ["setpriv", "--regid", str(TEAM_GID), "--clear-groups", "--no-new-privs"]
    jailed += [f"--inh-caps={kept}", f"--bounding-set={kept}"]
    environment = {
        "PATH": os.environ["PATH"],
        "ROOT": str(root),
        "OWNER": f"{TEAM_UID}:{TEAM_GID}",
        "MODE": MODE,
    }
    command = [*jailed, "sh", "-euc", SCRIPT, "hand-over", *directories]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def owner(path):
    found = path.stat()
    return found.st_uid, found.st_gid, oct(stat.S_IMODE(found.st_mode))


TEAMS = (TEAM_UID, TEAM_GID, oct(int(MODE, 8)))


@as_root
def test_directories_become_the_teams_and_nothing_else_does(tmp_path):
    (tmp_path / "datasets").mkdir(mode=0o755)
    (tmp_path / "work").mkdir(mode=0o755)
    (tmp_path / "work" / "of-root").write_text("kept")
    done = hand_over(tmp_path, "/work", "/out/runs")
    assert done.returncode == 0, done.stderr
    assert owner(tmp_path / "work") == owner(tmp_path / "out" / "runs") == TEAMS
    for kept in (tmp_path, tmp_path / "datasets", tmp_path / "work" / "of-root", tmp_path / "out"):
        assert owner(kept)[:2] == (0, 0)
    assert done.stdout.splitlines()[0] == "/work belongs to 1000:1000 with mode 2775"


@as_root
def test_what_is_right_already_is_left_alone(tmp_path):
    assert hand_over(tmp_path, "/work").returncode == 0
    before = (tmp_path / "work").stat().st_ctime_ns
    again = hand_over(tmp_path, "/work")
    assert again.returncode == 0
    assert (tmp_path / "work").stat().st_ctime_ns == before


@as_root
def test_a_directory_that_the_team_has_shut_is_opened_again(tmp_path):
    assert hand_over(tmp_path, "/work").returncode == 0
    (tmp_path / "work").chmod(0o700)
    assert hand_over(tmp_path, "/work").returncode == 0
    assert owner(tmp_path / "work") == TEAMS


@as_root
def test_the_teams_user_writes_there_and_not_beside(tmp_path):
    tmp_path.chmod(0o755)
    for above in tmp_path.parents[:-2]:
        above.chmod(above.stat().st_mode | 0o111)
    assert hand_over(tmp_path, "/work").returncode == 0
    as_team = {"user": TEAM_UID, "group": TEAM_GID, "extra_groups": []}
    inside = subprocess.run(["mkdir", tmp_path / "work" / "run"], capture_output=True, **as_team)
    beside = subprocess.run(["mkdir", tmp_path / "run"], capture_output=True, **as_team)
    assert (inside.returncode, beside.returncode) == (0, 1)
    assert (tmp_path / "work" / "run").stat().st_gid == TEAM_GID


@as_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="nothing here takes capabilities away")
def test_the_two_capabilities_are_enough_and_neither_is_too_many(tmp_path):
    first, again = (with_capabilities(tmp_path, CAPABILITIES, "/work", "/out/runs") for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert owner(tmp_path / "work") == TEAMS
    for each in CAPABILITIES:
        less = [other for other in CAPABILITIES if other != each]
        assert with_capabilities(tmp_path, less, f"/without-{each.lower()}").returncode != 0


def test_a_link_in_place_of_a_directory_is_refused(tmp_path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "work").symlink_to(tmp_path / "datasets")
    refused = hand_over(tmp_path, "/work", owner=f"{os.getuid()}:{os.getgid()}")
    assert refused.returncode == 1
    assert refused.stderr == "/work is a link: nothing is handed over\n"


def test_a_directory_that_cannot_be_given_away_fails_the_job(tmp_path):
    """As on a file system that squashes root: `chown` says so, and the script goes no further."""
    (tmp_path / "bin").mkdir()
    chown = tmp_path / "bin" / "chown"
    chown.write_text("#!/bin/sh\nexit 1\n")
    chown.chmod(0o755)
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "ROOT": str(tmp_path)}
    environment |= {"OWNER": "4711:4711", "MODE": MODE}
    command = ["sh", "-euc", SCRIPT, "hand-over", "/work", "/out"]
    failed = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert failed.returncode != 0
    assert not (tmp_path / "out").exists()


def test_a_mode_that_does_not_stay_fails_the_job(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "chmod").symlink_to("/bin/true")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "ROOT": str(tmp_path)}
    environment |= {"OWNER": f"{os.getuid()}:{os.getgid()}", "MODE": MODE}
    failed = subprocess.run(
        ["sh", "-euc", SCRIPT, "hand-over", "/work"], env=environment, capture_output=True, text=True
    )
    assert failed.returncode == 1
    assert failed.stderr.startswith("/work is ")


def test_the_job_is_within_the_baseline_level_with_two_capabilities(job):
    pod = job.inputs["spec"]["template"]["spec"]
    [container] = pod["containers"]
    context = container["securityContext"]
    assert context["capabilities"] == {"drop": ["ALL"], "add": ["CHOWN", "FOWNER"]}
    assert set(context["capabilities"]["add"]) <= BASELINE
    assert context["allowPrivilegeEscalation"] is False
    assert pod["securityContext"]["runAsGroup"] == TEAM_GID
    assert {"hostNetwork", "hostPID", "hostIPC"}.isdisjoint(pod)
    assert [list(each)[1] for each in pod["volumes"]] == ["persistentVolumeClaim"]


def test_the_job_has_no_token_ends_by_itself_and_stays_when_it_is_done(job):
    spec = job.inputs["spec"]
    assert spec["template"]["spec"]["automountServiceAccountToken"] is False
    assert spec["activeDeadlineSeconds"] < 60 * int(CREATE_TIMEOUT.removesuffix("m"))
    assert spec["backoffLimit"] == 3
    assert "ttlSecondsAfterFinished" not in spec


def test_a_job_that_failed_is_made_anew(job):
    assert job.inputs["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}


def test_another_file_system_is_another_job(job):
    """A Job whose template changes is replaced; what is done for one file system says nothing of the next."""
    assert job.inputs["spec"]["template"]["metadata"]["annotations"] == {"paved.dev/file-system": "fs-0f6e"}


def test_the_job_has_a_volume_of_its_own_onto_the_same_file_system(plan_program):
    plan = plan_program(lambda: HandOver("train", ARGS))
    csi = plan.one(VOLUME).inputs["spec"]["csi"]
    assert csi["volumeHandle"] == "fs-0f6e.hand-over"
    assert csi["volumeAttributes"] == dict(ARGS.source.attributes)
    assert plan.one(CLAIM).inputs["metadata"]["namespace"] == "hand-overs"
    assert plan.one(CLAIM).urn in plan.one(JOB).depends_on
