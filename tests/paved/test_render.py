"""A rendering is one file for each object, in its own folder, without a secret in it."""

import json

import pulumi_aws as aws
import pulumi_kubernetes as k8s
import yaml
from pulumi import Output

from paved.files import MARKER
from paved.render import UNKNOWN_TEXT, rendered_files


def config_map(name, data, **metadata):
    return k8s.core.v1.ConfigMap(name, metadata=k8s.meta.v1.ObjectMetaArgs(name=name, **metadata), data=data)


def test_each_object_and_each_resource_is_one_file_by_what_it_is(plan_program):
    def program():
        config_map("settings", {"a": "b"}, namespace="vision-prod")
        k8s.core.v1.Namespace("team", metadata=k8s.meta.v1.ObjectMetaArgs(name="vision-prod"))
        k8s.helm.v3.Release("kueue", chart="kueue", name="kueue", namespace="kueue-system")
        aws.s3.Bucket("models", bucket="models")

    files = rendered_files(plan_program(program))
    assert list(files) == [
        "aws/s3/Bucket_models.json",
        "kubernetes/_cluster/v1_Namespace_vision-prod.yaml",
        "kubernetes/vision-prod/v1_ConfigMap_settings.yaml",
        MARKER,
    ]
    assert json.loads(files[MARKER])["files"] == sorted(set(files) - {MARKER})
    assert yaml.safe_load(files["kubernetes/vision-prod/v1_ConfigMap_settings.yaml"]) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": "vision-prod"},
        "data": {"a": "b"},
    }


def test_what_is_unknown_is_marked_and_what_is_secret_is_not_there(plan_program):
    def program():
        queue = aws.sqs.Queue("jobs", name="jobs", policy=Output.secret("hunter2"))
        config_map("settings", {"url": queue.url, "list": Output.secret("hunter2")}, namespace="ns")

    files = rendered_files(plan_program(program))
    data = yaml.safe_load(files["kubernetes/ns/v1_ConfigMap_settings.yaml"])["data"]
    assert data["url"] == UNKNOWN_TEXT
    assert "hunter2" not in "".join(files.values())


def test_no_name_leads_out_of_the_folder(plan_program):
    def program():
        config_map("../../../etc/passwd", {}, namespace="..")
        aws.s3.Bucket("../../models", bucket="models")

    paths = set(rendered_files(plan_program(program))) - {MARKER}
    assert len(paths) == 2
    assert not any(part.startswith(".") for path in paths for part in path.split("/"))
    assert {path.count("/") for path in paths} == {2}
