"""The script that proposes and promotes models, against the in-memory AWS, with every call held to the pods' roles."""

import json
from typing import ClassVar

import boto3
import pytest
from moto import mock_aws

from components.account import Account
from components.promotion import models
from components.promotion.models import FOLDERS, REFUSED, main
from components.registry.registry import promoter_policy, trainer_policy
from reference.vocabulary import LINEAGE_FOLDER, WORKING_FOLDERS
from stacks.schema.serving import ModelServerSpec
from tests.iam import Request, decides

BUCKET = "models"
NAME = "detector/2026-12-01"
FILES = {"1/model.onnx": b"weights", "config.pbtxt": b"", "labels/of.txt": b"scratch\n"}
ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ROLES = {
    "propose": trainer_policy(ACCOUNT, models=BUCKET, datasets="datasets", key_alias="a"),
    "promote": promoter_policy(ACCOUNT, models=BUCKET, key_alias="a"),
}
PARTS = {"CreateMultipartUpload", "UploadPartCopy"}
"""Calls of an upload that is no object yet."""


class Held:
    """A client of S3 each of whose calls its pod's role has to allow."""

    ACTIONS: ClassVar = {"HeadObject": "s3:GetObject", "ListObjectsV2": "s3:ListBucket"}
    """Actions that are not named as their calls."""

    def __init__(self, s3):
        self.policy, self.calls = "", []
        s3.meta.events.register("provide-client-params.s3.*", self.judge)

    def judge(self, params, model, **_):
        if not self.policy:
            return
        self.calls.append((model.name, params))
        action = self.ACTIONS.get(model.name, f"s3:{model.name}")
        if model.name in {*PARTS, "CompleteMultipartUpload"}:
            action = "s3:PutObject"
        if "VersionId" in params:
            action = f"{action}Version"
        resource = f"arn:aws:s3:::{BUCKET}" + (f"/{params['Key']}" if "Key" in params else "")
        context = {"s3:objectcreationoperation": (str(model.name not in PARTS).lower(),)}
        if "IfNoneMatch" in params:
            context["s3:if-none-match"] = (params["IfNoneMatch"],)
        request = Request(action=action, resource=resource, context=context)
        assert decides(self.policy, request) == "allow", f"{model.name} of {resource}"


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def held(s3):
    return Held(s3)


@pytest.fixture
def run(s3, held, capsys):
    """Run the script as the pod that does it; its exit code and what it says."""

    def go(*arguments, **environ):
        held.policy = ROLES.get(arguments[0], "")
        code = main([*map(str, arguments)], {"PAVED_MODELS": BUCKET, **environ}, s3)
        held.policy = ""
        return code, capsys.readouterr().err

    return go


@pytest.fixture
def proposed(run, tmp_path):
    """A candidate with its record."""
    for relative, content in FILES.items():
        path = tmp_path / relative
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert run("propose", tmp_path, NAME)[0] == 0
    return tmp_path


def objects(s3, prefix):
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return {each["Key"].removeprefix(prefix): body(s3, each["Key"]) for each in listed}


def body(s3, key):
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def versions(s3):
    return [each["VersionId"] for each in s3.list_object_versions(Bucket=BUCKET)["Versions"]]


def test_a_candidate_becomes_what_endpoints_load(s3, run, proposed):
    code, said = run("promote", NAME)
    assert code == 0
    assert objects(s3, f"{NAME}/") == FILES
    assert "promoted s3://models/detector/2026-12-01/, 3 files" in said


def test_a_record_says_what_was_proposed_and_by_which_run(s3, run, proposed):
    record = json.loads(body(s3, f"lineage/candidates/{NAME}.json"))
    assert record["files"].keys() == FILES.keys()
    assert record["files"]["config.pbtxt"].startswith("sha256:e3b0c44298fc1c14")
    s3.put_object(Bucket=BUCKET, Key="lineage/nightly/1.json", Body=b"{}")
    run("propose", proposed, "detector/2", PAVED_RECORD="lineage/nightly/1.json")
    assert json.loads(body(s3, "lineage/candidates/detector/2.json"))["run"] == "lineage/nightly/1.json"
    assert run("promote", "detector/2")[0] == 0


def test_a_large_file_is_copied_by_parts_of_one_version(s3, run, proposed, held, monkeypatch):
    monkeypatch.setattr(models, "WHOLE_BYTES", 2)
    assert run("promote", NAME)[0] == 0
    assert objects(s3, f"{NAME}/") == FILES
    copies = [params for name, params in held.calls if name == "UploadPartCopy"]
    assert len(copies) == 2
    assert all("?versionId=" in each["CopySource"] for each in copies)


def test_parts_cover_a_file_and_do_not_overlap(monkeypatch):
    asked = []

    class Copying:
        def upload_part_copy(self, **request):
            asked.append(request["CopySourceRange"])
            return {"CopyPartResult": {"ETag": "e", "ChecksumCRC32": "c", "LastModified": None}}

    monkeypatch.setattr(models, "PART_BYTES", 4)
    source = models.Source("k", "v", 10, "text/plain")
    parts = [models.copied_part(Copying(), BUCKET, source, "to", "u", number) for number in (1, 2, 3)]
    assert asked == ["bytes=0-3", "bytes=4-7", "bytes=8-9"]
    assert parts[2] == {"PartNumber": 3, "ETag": "e", "ChecksumCRC32": "c"}


def test_every_object_is_created_on_condition_that_nothing_is_there(run, proposed, held, monkeypatch):
    monkeypatch.setattr(models, "WHOLE_BYTES", 2)
    held.calls.clear()
    run("promote", NAME)
    ends = [params for name, params in held.calls if name in ("PutObject", "CompleteMultipartUpload")]
    assert [each["IfNoneMatch"] for each in ends] == ["*"] * len(FILES)
    assert all("ServerSideEncryption" not in params for _, params in held.calls)


def test_a_promotion_that_is_done_again_changes_nothing(s3, run, proposed):
    run("promote", NAME)
    before = versions(s3)
    assert run("promote", NAME)[0] == 0
    assert versions(s3) == before


def test_a_promotion_that_ended_early_is_completed(s3, run, proposed):
    s3.put_object(Bucket=BUCKET, Key=f"{NAME}/1/model.onnx", Body=FILES["1/model.onnx"])
    assert run("promote", NAME)[0] == 0
    assert objects(s3, f"{NAME}/") == FILES


@pytest.mark.parametrize("whole_bytes", [2, 100])
def test_what_is_there_with_other_content_is_refused_and_kept(s3, run, proposed, monkeypatch, whole_bytes):
    monkeypatch.setattr(models, "WHOLE_BYTES", whole_bytes)
    s3.put_object(Bucket=BUCKET, Key=f"{NAME}/1/model.onnx", Body=b"another")
    code, said = run("promote", NAME)
    assert code == REFUSED
    assert "s3://models/detector/2026-12-01/1/model.onnx is there and is sha256:" in said
    assert body(s3, f"{NAME}/1/model.onnx") == b"another"


@pytest.mark.parametrize("whole_bytes", [2, 100])
def test_what_comes_between_the_look_and_the_copy_is_kept(s3, proposed, monkeypatch, whole_bytes):
    monkeypatch.setattr(models, "WHOLE_BYTES", whole_bytes)
    key = f"{NAME}/1/model.onnx"
    listing = models.keys_below

    def then_comes(*arguments):
        keys = listing(*arguments)
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"another")
        return keys

    monkeypatch.setattr(models, "keys_below", then_comes)
    assert main(["promote", NAME], {"PAVED_MODELS": BUCKET}, s3) == REFUSED
    assert body(s3, key) == b"another"
    assert not s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads")


def test_an_object_beside_the_candidates_is_refused(s3, run, proposed):
    s3.put_object(Bucket=BUCKET, Key=f"{NAME}/1/backdoor.py", Body=b"")
    code, said = run("promote", NAME)
    assert (code, objects(s3, f"{NAME}/")) == (REFUSED, {"1/backdoor.py": b""})
    assert "1/backdoor.py is there and not of the candidate" in said


def test_files_that_changed_since_they_were_proposed_are_all_told(s3, run, proposed):
    s3.put_object(Bucket=BUCKET, Key=f"candidates/{NAME}/1/model.onnx", Body=b"swapped")
    s3.delete_object(Bucket=BUCKET, Key=f"candidates/{NAME}/config.pbtxt")
    code, said = run("promote", NAME)
    assert (code, objects(s3, f"{NAME}/")) == (REFUSED, {})
    assert f"candidates/{NAME}/1/model.onnx is sha256:" in said and "and was proposed as sha256:" in said
    assert f"candidates/{NAME}/config.pbtxt is missing" in said


@pytest.mark.parametrize("whole_bytes", [2, 100])
def test_a_file_swapped_during_a_promotion_is_not_promoted(s3, proposed, monkeypatch, whole_bytes):
    monkeypatch.setattr(models, "WHOLE_BYTES", whole_bytes)
    looked = models.examined

    def then_swapped(*arguments):
        found = looked(*arguments)
        s3.put_object(Bucket=BUCKET, Key=f"candidates/{NAME}/1/model.onnx", Body=b"swapped")
        return found

    monkeypatch.setattr(models, "examined", then_swapped)
    assert main(["promote", NAME], {"PAVED_MODELS": BUCKET}, s3) == 0
    assert objects(s3, f"{NAME}/") == FILES


@pytest.mark.parametrize("record", [None, {"files": {}, "run": None}])
def test_what_was_never_proposed_is_refused(s3, run, record):
    s3.put_object(Bucket=BUCKET, Key=f"candidates/{NAME}/1/model.onnx", Body=b"x")
    if record:
        s3.put_object(Bucket=BUCKET, Key=f"lineage/candidates/{NAME}.json", Body=json.dumps(record).encode())
    code, said = run("promote", NAME)
    assert code == REFUSED
    assert f"lineage/candidates/{NAME}.json is missing" in said


def test_a_candidate_of_a_run_without_a_record_is_refused(s3, run, proposed):
    run("propose", proposed, "detector/2", PAVED_RECORD="lineage/nightly/1.json")
    code, said = run("promote", "detector/2")
    assert (code, objects(s3, "detector/2/")) == (REFUSED, {})
    assert "lineage/nightly/1.json is missing, the record of the run" in said


def test_a_name_is_proposed_once_and_its_files_are_left_alone(s3, run, proposed):
    (proposed / "1" / "model.onnx").write_bytes(b"better")
    code, said = run("propose", proposed, NAME)
    assert code == REFUSED and "choose another version" in said
    assert body(s3, f"candidates/{NAME}/1/model.onnx") == FILES["1/model.onnx"]


def test_a_candidate_may_be_proposed_again_as_it_was(s3, run, proposed):
    record = body(s3, f"lineage/candidates/{NAME}.json")
    assert run("propose", proposed, NAME)[0] == 0
    assert body(s3, f"lineage/candidates/{NAME}.json") == record


@pytest.mark.parametrize(
    "name",
    ["detector", "detector/latest", "Detector/1", "detector/../1", "/1", "a//1", "lineage/a/1", "mlflow/1"],
)
def test_a_place_in_which_nothing_may_serve_is_refused(run, name):
    code, said = run("promote", name)
    assert code == REFUSED and "is no model with a version" in said


def test_a_command_that_is_not_understood_is_told_what_there_is(run):
    assert run("promote") == (REFUSED, f"refused: usage: {models.USAGE}\n")
    code, said = run("promote", NAME, PAVED_MODELS="")
    assert code == REFUSED and "PAVED_MODELS is not set" in said


def test_an_empty_folder_is_no_candidate(run, tmp_path):
    assert run("propose", tmp_path, NAME)[0] == REFUSED


def test_the_folders_of_the_script_are_those_of_the_bucket():
    assert set(FOLDERS) == {*WORKING_FOLDERS, LINEAGE_FOLDER}


def test_a_stack_file_and_the_script_take_the_same_names():
    [pattern] = [
        each.pattern for each in ModelServerSpec.model_fields["path"].metadata if hasattr(each, "pattern")
    ]
    assert pattern == f"^{models.NAME.pattern}$"
