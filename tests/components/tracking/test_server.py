import json
from urllib.parse import urlsplit

import botocore.session
import pytest

from components.account import Account
from components.identity.mlflow import DELETIONS, RECORDING
from components.registry.registry import Registry, RegistryArgs
from components.tracking.server import TrackingServer, TrackingServerArgs, client_policy, server_policy
from tests.components.registry.test_registry import ARGS as REGISTRY
from tests.components.registry.test_registry import BOUNDARY
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SERVER = "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer"
BUCKET = "arn:aws:s3:::paved-vision-prod-models-111122223333"
URI = "arn:aws:sagemaker:us-east-1:111122223333:mlflow-tracking-server/paved-vision-prod"


@pytest.fixture
def plan_server(plan_program):
    def plan(**changes):
        def program():
            registry = Registry("vision-prod", RegistryArgs(**vars(REGISTRY)))
            defaults = {
                "account": ACCOUNT,
                "stack": "vision-prod",
                "namespace": "vision-prod",
                "labels": {"team": "vision"},
                "models": registry.models,
                "key_alias": "paved-vision-prod",
                "trainer_role": registry.identities["trainer"].role_name,
                "boundary_arn": BOUNDARY,
                "size": "medium",
                "mlflow_version": None,
                "maintenance": "Sun:03:00",
                "register_models": False,
                "private": False,
                "after": registry,
                "protect": True,
            }
            TrackingServer("vision-prod", TrackingServerArgs(**{**defaults, **changes}))

        return plan_program(program)

    return plan


@pytest.fixture
def planned(plan_server):
    return plan_server()


def test_plan_matches_golden(planned, golden):
    component = planned.one("paved:tracking:TrackingServer")
    inside = [each.as_json() for each in planned.descendants(component)]
    golden("components/tracking.json", inside)


def test_jobs_find_the_server_in_a_config_map_of_their_namespace(planned):
    found = planned.one("kubernetes:core/v1:ConfigMap").inputs
    assert (found["metadata"]["name"], found["metadata"]["namespace"]) == ("tracking", "vision-prod")
    assert found["data"] == {"MLFLOW_TRACKING_URI": URI, "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"}


def test_files_of_runs_go_to_the_regions_name_of_s3(planned, monkeypatch):
    """The VPC's endpoint has no other in its private DNS; boto3 takes one without a region in us-east-1."""
    assert not _host_of_s3().endswith("s3.us-east-1.amazonaws.com")
    for name, value in planned.one("kubernetes:core/v1:ConfigMap").inputs["data"].items():
        monkeypatch.setenv(name, value)
    assert _host_of_s3() == "s3.us-east-1.amazonaws.com"


def _host_of_s3():
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    client = botocore.session.Session().create_client("s3", region_name="us-east-1", **credentials)
    return urlsplit(client.meta.endpoint_url).hostname


def test_the_permission_is_on_the_arn_that_the_config_map_holds(planned):
    found = planned.one("aws:iam/rolePolicy:RolePolicy", "vision-prod-client").inputs
    assert found["role"] == "paved-vision-prod-trainer"
    assert {each["Resource"][0] for each in json.loads(found["policy"])["Statement"]} == {URI}


def test_artifacts_are_in_the_models_bucket(planned):
    found = planned.one(SERVER).inputs
    assert found["artifactStoreUri"] == "s3://paved-vision-prod-models-111122223333/mlflow"


def test_the_size_is_spelt_as_sagemaker_spells_it(planned):
    assert planned.one(SERVER).inputs["trackingServerSize"] == "Medium"


def test_a_version_is_pinned_only_where_one_is_given(planned, plan_server):
    assert "mlflowVersion" not in planned.one(SERVER).inputs
    assert plan_server(mlflow_version="2.16.2").one(SERVER).inputs["mlflowVersion"] == "2.16.2"


def test_registering_models_changes_the_server_and_its_role_together(plan_server):
    planned = plan_server(register_models=True)
    policy = planned.one("aws:iam/rolePolicy:RolePolicy", "vision-prod-server-artifacts").inputs["policy"]
    assert planned.one(SERVER).inputs["automaticModelRegistration"] is True
    assert "RegisterModels" in policy


def test_runs_are_protected_like_other_state(planned, plan_server):
    assert planned.one(SERVER).protect
    assert not plan_server(protect=False).one(SERVER).protect


def test_the_server_waits_for_its_role_and_its_bucket(planned):
    waits = " ".join(planned.one(SERVER).depends_on)
    assert "rolePolicy:RolePolicy::vision-prod-server-artifacts" in waits
    assert "bucket:Bucket::vision-prod-models" in waits


def statements(policy):
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def server(**changes):
    defaults = {
        "stack": "vision-prod",
        "models": "paved-vision-prod-models-111122223333",
        "key_alias": "paved-vision-prod",
        "register_models": False,
    }
    return statements(server_policy(ACCOUNT, **{**defaults, **changes}))


def test_jobs_use_their_own_teams_server_and_no_other():
    found = statements(client_policy(ACCOUNT, URI, private=False))
    assert [each["Resource"] for each in found.values()] == [[URI], [URI]]
    assert found["RecordRuns"]["Action"] == sorted(RECORDING)
    assert not {"*", "sagemaker-mlflow:*", "sagemaker-mlflow:Delete*"} & set(RECORDING)


def test_jobs_delete_no_run_experiment_or_model():
    found = statements(client_policy(ACCOUNT, URI, private=False))["KeepWhatIsRecorded"]
    assert (found["Effect"], found["Action"]) == ("Deny", sorted(DELETIONS))
    assert {"DeleteRun", "DeleteExperiment"} <= {action.split(":")[1] for action in found["Action"]}


def test_the_server_keeps_to_its_prefix():
    found = server()
    assert found["KeepArtifacts"]["Resource"] == [f"{BUCKET}/mlflow/*"]
    assert found["ListArtifacts"]["Condition"] == {"StringLike": {"s3:prefix": ["mlflow", "mlflow/*"]}}


def test_the_server_deletes_no_object():
    for statement in server(register_models=True).values():
        assert not [each for each in statement["Action"] if "Delete" in each or "*" in each]


def test_the_server_uses_the_teams_key_through_s3_alone():
    conditions = server()["UseTeamKeyThroughS3"]["Condition"]
    assert conditions["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": "alias/paved-vision-prod"}
    assert conditions["StringEquals"] == {"kms:ViaService": "s3.us-east-1.amazonaws.com"}


def test_models_are_registered_only_where_it_was_asked_for():
    assert "RegisterModels" not in server()
    assert "RegisterModels" in server(register_models=True)


def test_models_are_registered_in_groups_of_the_stack_alone():
    arn = "arn:aws:sagemaker:us-east-1:111122223333"
    assert server(register_models=True)["RegisterModels"]["Resource"] == [
        f"{arn}:model-package-group/vision-prod-*",
        f"{arn}:model-package/vision-prod-*/*",
    ]


@pytest.mark.parametrize(
    ("private", "came_by", "decision"),
    [
        (True, {"aws:sourcevpc": ("vpc-1",)}, "allow"),
        (True, {"aws:sourcevpc": ("vpc-1",), "aws:vpceaccount": ("111122223333",)}, "allow"),
        (True, {}, "deny"),
        (True, {"aws:sourcevpc": ("vpc-2",), "aws:vpceaccount": ("999900001111",)}, "deny"),
        (False, {}, "allow"),
    ],
)
def test_credentials_record_from_inside_where_the_vpc_has_the_endpoint(private, came_by, decision):
    policy = client_policy(ACCOUNT, URI, private=private)
    request = Request(action="sagemaker-mlflow:LogMetric", resource=URI, context=came_by)
    assert decides(policy, request) == decision
