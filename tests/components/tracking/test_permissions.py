import json

from components.account import Account
from components.identity.mlflow import DELETIONS, RECORDING
from components.tracking.permissions import client_policy, server_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SERVER = "arn:aws:sagemaker:us-east-1:111122223333:mlflow-tracking-server/paved-vision-prod"
BUCKET = "arn:aws:s3:::paved-vision-prod-models-111122223333"


def statements(policy):
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def server(**changes):
    defaults = {
        "models": "paved-vision-prod-models-111122223333",
        "key_alias": "paved-vision-prod",
        "register_models": False,
    }
    return statements(server_policy(ACCOUNT, **{**defaults, **changes}))


def test_jobs_use_their_own_teams_server_and_no_other():
    found = statements(client_policy(SERVER))
    assert {resource for each in found.values() for resource in each["Resource"]} == {SERVER}
    assert found["RecordRuns"]["Action"] == sorted(RECORDING)
    assert not {"*", "sagemaker-mlflow:*", "sagemaker-mlflow:Delete*"} & set(RECORDING)


def test_jobs_delete_no_run_experiment_or_model():
    found = statements(client_policy(SERVER))["KeepWhatIsRecorded"]
    assert (found["Effect"], found["Action"]) == ("Deny", sorted(DELETIONS))
    assert {"DeleteRun", "DeleteExperiment"} <= {action.split(":")[1] for action in found["Action"]}


def test_the_server_keeps_to_its_prefix():
    found = server()
    assert found["KeepArtifacts"]["Resource"] == [f"{BUCKET}/mlflow/*"]
    assert found["ListArtifacts"]["Condition"] == {"StringLike": {"s3:prefix": ["mlflow", "mlflow/*"]}}


def test_the_server_deletes_no_object():
    actions = {action for each in server(register_models=True).values() for action in each["Action"]}
    assert not [action for action in actions if "Delete" in action or "*" in action]


def test_the_server_uses_the_teams_key_through_s3_alone():
    conditions = server()["UseTeamKeyThroughS3"]["Condition"]
    assert conditions["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": "alias/paved-vision-prod"}
    assert conditions["StringEquals"] == {"kms:ViaService": "s3.us-east-1.amazonaws.com"}


def test_models_are_registered_only_where_it_was_asked_for():
    assert "RegisterModels" not in server()
    found = server(register_models=True)["RegisterModels"]
    assert all(":us-east-1:111122223333:model-package" in resource for resource in found["Resource"])
