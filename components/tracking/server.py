"""A team's own MLflow server, which AWS runs and its training jobs record their runs to."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.account import Account
from components.identity.document import allow, deny, policy_document
from components.identity.mlflow import DELETIONS, RECORDING, registration
from components.identity.perimeter import deny_outside
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import service_trust
from components.security.key_policies import key_use
from reference.names import physical_name, role_name
from reference.vocabulary import REGIONAL_BUCKETS, TRACKING_CONFIG_MAP, TRACKING_FOLDER, owned

SERVICE = "sagemaker.amazonaws.com"
SERVER_NAME_LIMIT = 256


@dataclass(frozen=True, kw_only=True)
class TrackingServerArgs:
    """`trainer_role` is the role of the jobs that record, `boundary_arn` bounds the server's own.

    With `private` jobs reach it by the VPC's own endpoint alone. Runs keep their files in the bucket `models`.
    The server depends on `after`, which makes the bucket and its key. Times are UTC.
    """

    account: Account
    stack: str
    namespace: Input[str]
    labels: Mapping[str, str]
    models: str
    key_alias: str
    trainer_role: Input[str]
    boundary_arn: Input[str]
    size: str
    mlflow_version: str | None
    maintenance: str
    register_models: bool
    private: Input[bool]
    after: Resource
    protect: bool


class TrackingServer(ComponentResource):
    """A SageMaker MLflow server, its role, and the address and the permission that jobs reach it with."""

    def __init__(self, name: str, args: TrackingServerArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:tracking:TrackingServer", name, {}, opts)
        self.server_name = physical_name(args.stack, limit=SERVER_NAME_LIMIT)
        self.uri = server_arn(args.account, self.server_name)
        self.artifacts = f"s3://{args.models}/{TRACKING_FOLDER}"
        server = self._make_server(name, args)
        aws.iam.RolePolicy(
            f"{name}-client",
            name="tracking",
            role=args.trainer_role,
            policy=Output.from_input(args.private).apply(
                lambda private: client_policy(args.account, self.uri, private=private)
            ),
            opts=ResourceOptions(parent=self),
        )
        k8s.core.v1.ConfigMap(
            f"{name}-{TRACKING_CONFIG_MAP}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=TRACKING_CONFIG_MAP, namespace=args.namespace, labels=owned(args.labels)
            ),
            data={"MLFLOW_TRACKING_URI": self.uri, **REGIONAL_BUCKETS},
            opts=ResourceOptions(parent=self, depends_on=[server]),
        )
        self.register_outputs({"uri": self.uri, "artifacts": self.artifacts})

    def _make_server(self, name: str, args: TrackingServerArgs) -> aws.sagemaker.MlflowTrackingServer:
        policy = server_policy(
            args.account,
            stack=args.stack,
            models=args.models,
            key_alias=args.key_alias,
            register_models=args.register_models,
        )
        role = ServiceRole(
            f"{name}-server",
            RoleArgs(
                name=role_name(args.stack, "tracking"),
                description=f"The MLflow server of {args.stack}",
                boundary_arn=args.boundary_arn,
                inline={"artifacts": policy},
            ),
            server_trust(args.account),
            ResourceOptions(parent=self),
        )
        return aws.sagemaker.MlflowTrackingServer(
            name,
            tracking_server_name=self.server_name,
            artifact_store_uri=self.artifacts,
            role_arn=role.role_arn,
            tracking_server_size=args.size.capitalize(),
            mlflow_version=args.mlflow_version,
            automatic_model_registration=args.register_models,
            weekly_maintenance_window_start=args.maintenance,
            opts=ResourceOptions(parent=self, protect=args.protect, depends_on=[role, args.after]),
        )


def client_policy(account: Account, server_arn: str, *, private: bool) -> str:
    """Let a job record to its team's own server. It deletes nothing: a run is evidence of a model's origin.

    With `private` its credentials record from the account's networks alone.
    """
    outside = deny_outside(account, ["sagemaker-mlflow:*"], [server_arn]) if private else ()
    return policy_document(
        deny("KeepWhatIsRecorded", DELETIONS, [server_arn]),
        *outside,
        allow("RecordRuns", RECORDING, [server_arn]),
    )


def server_policy(account: Account, *, stack: str, models: str, key_alias: str, register_models: bool) -> str:
    """Let the server read and write artifacts, and register models only with `register_models`."""
    bucket = account.bucket_arn(models)
    statements = [
        allow("FindBucket", ["s3:GetBucketLocation"], [bucket]),
        allow(
            "ListArtifacts",
            ["s3:ListBucket"],
            [bucket],
            conditions={"StringLike": {"s3:prefix": [TRACKING_FOLDER, f"{TRACKING_FOLDER}/*"]}},
        ),
        allow("KeepArtifacts", ["s3:GetObject", "s3:PutObject"], [f"{bucket}/{TRACKING_FOLDER}/*"]),
        key_use(account, key_alias, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]
    if register_models:
        statements.append(registration(account, stack))
    return policy_document(*statements)


def server_trust(account: Account) -> str:
    """Trust SageMaker for this account alone, where it names one: AWS does not document that it does for MLflow."""
    return service_trust(SERVICE, conditions={"StringEqualsIfExists": {"aws:SourceAccount": account.id}})


def server_arn(account: Account, server_name: str) -> str:
    """The ARN of a server by name, which is also its address for the `sagemaker-mlflow` client."""
    return account.arn("sagemaker", f"mlflow-tracking-server/{server_name}")
