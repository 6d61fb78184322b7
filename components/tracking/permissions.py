"""Permissions around a team's MLflow server: its jobs record, the server keeps artifacts, nobody deletes a run."""

from components.account import Account
from components.identity.document import allow, deny, policy_document
from components.identity.mlflow import DELETIONS, RECORDING, registration
from components.security.key_policies import key_use

ARTIFACTS = "mlflow"
"""The prefix of the models bucket that runs keep their files under."""


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
