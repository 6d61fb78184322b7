"""A team's models, datasets and images, and the roles of the pods that use them, with least privilege."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account, ClusterRef
from components.identity.document import Statement, allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.registry.bucket import (
    UPLOAD,
    Bucket,
    BucketArgs,
    Retention,
    bucket_policy,
)
from components.registry.repository import Repository, RepositoryArgs
from components.security.key_policies import key_use
from reference.names import physical_name, role_name
from reference.vocabulary import (
    LINEAGE_FOLDER,
    PROMOTER_ACCOUNT,
    SERVER_ACCOUNT,
    TRAINER_ACCOUNT,
    WORKING_FOLDERS,
)

BUCKET_NAME_LIMIT = 63
# Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
IF_ABSENT = {"Null": {"s3:if-none-match": "false"}}
PARTS_ONLY = {"Bool": {"s3:ObjectCreationOperation": "false"}}


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """A team's registry. Its pods are those of `namespace` in one cluster.

    `archive_days` are of datasets, `scratch_days` of models. `trainer_policies` are further rights of training.
    """

    account: Account
    stack: str
    namespace: str
    cluster: ClusterRef
    key_arn: Input[str]
    key_alias: str  # without the `alias/` prefix
    boundary_arn: Input[str]  # of the roles
    endpoints_only: bool  # whether pods reach the buckets through the account's VPC endpoints alone
    repositories: tuple[str, ...]
    noncurrent_days: int
    archive_days: int | None
    scratch_days: int | None
    keep_images: int
    generation: int
    protect: bool
    retain: bool = False  # whether buckets and repositories stay in the account when the stack is destroyed
    trainer_policies: Mapping[str, Input[str]] = field(default_factory=dict)  # id -> policy document


class Registry(ComponentResource):
    """A bucket of models, a bucket of datasets, image repositories, and the roles of the team's pods."""

    def __init__(self, name: str, args: RegistryArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:Registry", name, {}, opts)
        self.models = bucket_name(args.account, args.stack, "models", args.generation)
        self.datasets = bucket_name(args.account, args.stack, "datasets", args.generation)
        kept = Retention(noncurrent_days=args.noncurrent_days)
        self.buckets = [
            self._make_bucket(
                f"{name}-models", args, self.models, replace(kept, scratch_days=args.scratch_days)
            ),
            self._make_bucket(
                f"{name}-datasets", args, self.datasets, replace(kept, archive_days=args.archive_days)
            ),
        ]
        self.repository_urls = {
            repository: self._make_repository(name, args, repository) for repository in args.repositories
        }
        self.identities = {
            service_account: self._make_identity(name, args, service_account, inline)
            for service_account, inline in self._policies(args).items()
        }
        self.role_arns = {
            account: args.account.role_arn(role_name(args.stack, account)) for account in self.identities
        }
        self.register_outputs(
            {
                "models": self.models,
                "datasets": self.datasets,
                "repository_urls": self.repository_urls,
                "role_arns": self.role_arns,
            }
        )

    def _policies(self, args: RegistryArgs) -> dict[str, Mapping[str, Input[str]]]:
        """The inline policies of each service account."""
        account, models, key_alias = args.account, self.models, args.key_alias
        trainer = trainer_policy(account, models=models, datasets=self.datasets, key_alias=key_alias)
        server = server_policy(account, models=models, key_alias=key_alias)
        promoter = promoter_policy(account, models=models, key_alias=key_alias)
        return {
            TRAINER_ACCOUNT: {"registry": trainer, **args.trainer_policies},
            SERVER_ACCOUNT: {"registry": server},
            PROMOTER_ACCOUNT: {"registry": promoter},
        }

    def _make_bucket(self, name: str, args: RegistryArgs, bucket: str, retention: Retention) -> Bucket:
        policy = bucket_policy(
            args.account, bucket, namespaces=[args.namespace], endpoints_only=args.endpoints_only
        )
        return Bucket(
            name,
            BucketArgs(
                bucket=bucket,
                policy=policy,
                key_arn=args.key_arn,
                retention=retention,
                protect=args.protect,
            ),
            self._kept(args),
        )

    def _make_repository(self, name: str, args: RegistryArgs, repository: str) -> str:
        return Repository(
            f"{name}-{repository}",
            RepositoryArgs(
                account=args.account,
                repository=f"{args.stack}/{repository}",
                key_arn=args.key_arn,
                keep_images=args.keep_images,
                protect=args.protect,
            ),
            self._kept(args),
        ).url

    def _kept(self, args: RegistryArgs) -> ResourceOptions:
        # The engine hands it on to the children: a bucket is left with its policy, its encryption and its lifecycle.
        return ResourceOptions(parent=self, retain_on_delete=args.retain or None)

    def _make_identity(
        self, name: str, args: RegistryArgs, service_account: str, inline: Mapping[str, Input[str]]
    ) -> PodIdentity:
        role = RoleArgs(
            name=role_name(args.stack, service_account),
            description=f"Pods of {args.stack} that run as the service account {service_account}",
            inline=inline,
            boundary_arn=args.boundary_arn,
        )
        return PodIdentity(
            f"{name}-{service_account}",
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace,
                service_account=service_account,
                role=role,
            ),
            ResourceOptions(parent=self),
        )


def trainer_policy(account: Account, *, models: str, datasets: str, key_alias: str) -> str:
    """Training reads datasets and models and writes candidates, checkpoints, logged files and scratch.

    Records of runs it creates and never replaces. What endpoints load lies outside: only a promotion writes there.
    """
    bucket = account.bucket_arn(models)
    return policy_document(
        *reading(account, [datasets, models]),
        allow("WriteWork", UPLOAD, [f"{bucket}/{folder}/*" for folder in WORKING_FOLDERS]),
        allow("WriteRecordsOnce", ["s3:PutObject"], [f"{bucket}/{LINEAGE_FOLDER}/*"], conditions=IF_ABSENT),
        key_use(account, key_alias, ["kms:Decrypt", "kms:GenerateDataKey"]),
    )


def promoter_policy(account: Account, *, models: str, key_alias: str) -> str:
    """A promotion reads models and writes new ones. It replaces none: what serves never changes under its name."""
    objects = [f"{account.bucket_arn(models)}/*"]
    return policy_document(
        *reading(account, [models]),
        allow("WriteModelsOnce", ["s3:PutObject"], objects, conditions=IF_ABSENT),
        # The parts of a large upload bear no such condition: they become an object by the last call, which does.
        allow("UploadParts", ["s3:PutObject"], objects, conditions=PARTS_ONLY),
        allow("EndUploads", ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], objects),
        key_use(account, key_alias, ["kms:Decrypt", "kms:GenerateDataKey"]),
    )


def server_policy(account: Account, *, models: str, key_alias: str) -> str:
    """Serving reads models and nothing else."""
    return policy_document(*reading(account, [models]), key_use(account, key_alias, ["kms:Decrypt"]))


def reading(account: Account, buckets: Sequence[str]) -> tuple[Statement, Statement]:
    """List buckets and read every version of their objects."""
    arns = [account.bucket_arn(bucket) for bucket in buckets]
    return (
        allow("ListBuckets", ["s3:ListBucket", "s3:GetBucketLocation"], arns),
        allow("ReadObjects", ["s3:GetObject", "s3:GetObjectVersion"], [f"{arn}/*" for arn in arns]),
    )


def bucket_name(account: Account, stack: str, role: str, generation: int) -> str:
    """The name of a bucket. It holds the account's id, because names of buckets are shared by all of AWS."""
    successor = [f"g{generation}"] if generation > 1 else []  # the first generation keeps the plain name
    return physical_name(stack, role, *successor, account.id, limit=BUCKET_NAME_LIMIT)
