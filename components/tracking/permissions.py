"""Who may do what with a team's MLflow server: its jobs record, the server keeps artifacts, nobody deletes a run."""

from components.account import Account
from components.identity.document import Statement, allow, deny, policy_document
from components.registry.permissions import key_use

ARTIFACTS = "mlflow"
"""The prefix of the models bucket that runs keep their files under."""

DELETIONS = (
    "sagemaker-mlflow:DeleteExperiment",
    "sagemaker-mlflow:DeleteLoggedModel",
    "sagemaker-mlflow:DeleteModelVersion",
    "sagemaker-mlflow:DeleteRegisteredModel",
    "sagemaker-mlflow:DeleteRun",
)

RECORDING = (
    "sagemaker-mlflow:AccessUI",
    "sagemaker-mlflow:Create*",
    "sagemaker-mlflow:Delete*Alias",
    "sagemaker-mlflow:Delete*Tag",
    "sagemaker-mlflow:EndTrace",
    "sagemaker-mlflow:FinalizeLoggedModel",
    "sagemaker-mlflow:Get*",
    "sagemaker-mlflow:List*",
    "sagemaker-mlflow:Log*",
    "sagemaker-mlflow:RenameRegisteredModel",
    "sagemaker-mlflow:Restore*",
    "sagemaker-mlflow:Search*",
    "sagemaker-mlflow:Set*",
    "sagemaker-mlflow:StartTrace",
    "sagemaker-mlflow:TransitionModelVersionStage",
    "sagemaker-mlflow:Update*",
)
"""Every verb of the API but Delete, of which a job takes back tags and aliases alone."""


def client_policy(server_arn: str) -> str:
    """A job records to its team's own server. It deletes nothing: a run is evidence of how a model came to be."""
    return policy_document(
        deny("KeepWhatIsRecorded", DELETIONS, [server_arn]),
        allow("RecordRuns", RECORDING, [server_arn]),
    )


def server_policy(account: Account, *, models: str, key_alias: str, register_models: bool) -> str:
    """The server reads and writes artifacts, and registers models only where it was asked to."""
    bucket = account.bucket_arn(models)
    statements = [
        allow("FindBucket", ["s3:GetBucketLocation"], [bucket]),
        allow(
            "ListArtifacts",
            ["s3:ListBucket"],
            [bucket],
            conditions={"StringLike": {"s3:prefix": [ARTIFACTS, f"{ARTIFACTS}/*"]}},
        ),
        allow("KeepArtifacts", ["s3:GetObject", "s3:PutObject"], [f"{bucket}/{ARTIFACTS}/*"]),
        key_use(account, key_alias, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]
    return policy_document(*statements, *([registration(account)] if register_models else []))


def registration(account: Account) -> Statement:
    """What registering a model takes. The server names groups as the team's code does, so no prefix holds them."""
    return allow(
        "RegisterModels",
        [
            "sagemaker:AddTags",
            "sagemaker:CreateModelPackage",
            "sagemaker:CreateModelPackageGroup",
            "sagemaker:DescribeModelPackageGroup",
            "sagemaker:UpdateModelPackage",
        ],
        [
            account.arn("sagemaker", "model-package-group/*"),
            account.arn("sagemaker", "model-package/*"),
        ],
    )
