"""Asking a real API server, through a stand-in for kubectl."""

import json
import stat

import pytest

from paved.aws.creating.rejections import Rejected
from paved.rehearsal.api_server import ApiServer

MANIFEST = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}


@pytest.fixture
def kubectl(tmp_path, monkeypatch):
    def install(script):
        path = tmp_path / "kubectl"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        monkeypatch.setenv("KUBECONFIG", "/somewhere/config")
        return ApiServer.from_environment()

    return install


def test_the_object_is_sent_as_a_dry_run_and_nothing_else(kubectl, tmp_path):
    server = kubectl(f'echo "$@" > {tmp_path}/arguments; cat > {tmp_path}/object')
    assert server.dry_run(MANIFEST) is None
    assert (tmp_path / "arguments").read_text().split() == [
        "apply",
        "--server-side",
        "--dry-run=server",
        "--filename",
        "-",
    ]
    assert json.loads((tmp_path / "object").read_text()) == MANIFEST


def test_a_refusal_of_the_server_is_a_rejection(kubectl):
    server = kubectl('echo "error: strict decoding error: unknown field \\"spec.x\\"" >&2; exit 1')
    with pytest.raises(Rejected) as caught:
        server.dry_run(MANIFEST)
    (rejection,) = caught.value.rejections
    assert rejection.call == "kubectl apply --dry-run=server"
    assert rejection.rule == 'error: strict decoding error: unknown field "spec.x"'


@pytest.mark.parametrize(
    "said",
    [
        'no matches for kind "NodePool" in version "karpenter.sh/v1"',
        'namespaces \\"vision-prod\\" not found',
        "Unable to connect to the server: dial tcp: i/o timeout",
    ],
)
def test_a_server_that_cannot_judge_leaves_a_doubt(kubectl, said):
    doubt = kubectl(f"echo '{said}' >&2; exit 1".replace('\\"', '"')).dry_run(MANIFEST)
    assert doubt.startswith("the API server could not judge it: ")


def test_a_command_that_cannot_run_leaves_a_doubt(tmp_path):
    assert (
        ApiServer(str(tmp_path / "nothing")).dry_run(MANIFEST).startswith("the API server did not answer: ")
    )


@pytest.mark.parametrize("missing", ["KUBECONFIG", "PATH"])
def test_no_server_is_asked_unless_it_is_named_and_there_is_a_way(kubectl, monkeypatch, missing):
    kubectl("exit 0")
    monkeypatch.setenv(missing, "")
    assert ApiServer.from_environment() is None
