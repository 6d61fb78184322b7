"""Where a team keeps its models, its datasets and its images, and who may use them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.registry.bucket import Bucket, BucketArgs
from components.registry.permissions import server_policy, trainer_policy
from components.registry.repository import Repository, RepositoryArgs
from reference.names import physical_name

BUCKET_NAME_LIMIT = 63
ROLE_NAME_LIMIT = 64


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """A team's registry. Its pods are those of `namespace` in one cluster."""

    account: Account
    stack: str
    namespace: str
    cluster_name: Input[str]
    cluster_arn: Input[str]
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
    trainer_policies: Mapping[str, Input[str]] = field(
        default_factory=dict
    )  # what training may do besides, by id


class Registry(ComponentResource):
    """A bucket of models, a bucket of datasets, image repositories, and the roles of the team's pods."""

    def __init__(self, name: str, args: RegistryArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:Registry", name, {}, opts)
        self.models = bucket_name(args.account, args.stack, "models", args.generation)
        self.datasets = bucket_name(args.account, args.stack, "datasets", args.generation)
        self.buckets = [
            self._make_bucket(name, args, "models", scratch_days=args.scratch_days),
            self._make_bucket(name, args, "datasets", archive_days=args.archive_days),
        ]
        self.repository_urls = {
            repository: self._make_repository(name, args, repository) for repository in args.repositories
        }
        key_alias = args.key_alias
        trainer = trainer_policy(
            args.account, models=self.models, datasets=self.datasets, key_alias=key_alias
        )
        server = server_policy(args.account, models=self.models, key_alias=key_alias)
        self.identities = {
            "trainer": self._make_identity(
                name, args, "trainer", {"registry": trainer, **args.trainer_policies}
            ),
            "server": self._make_identity(name, args, "server", {"registry": server}),
        }
        self.role_arns = {
            account: args.account.role_arn(role_name(args, account)) for account in self.identities
        }
        self.register_outputs(
            {
                "models": self.models,
                "datasets": self.datasets,
                "repository_urls": self.repository_urls,
                "role_arns": self.role_arns,
            }
        )

    def _make_bucket(
        self,
        name: str,
        args: RegistryArgs,
        role: str,
        *,
        archive_days: int | None = None,
        scratch_days: int | None = None,
    ) -> Bucket:
        return Bucket(
            f"{name}-{role}",
            BucketArgs(
                account=args.account,
                bucket=bucket_name(args.account, args.stack, role, args.generation),
                namespaces=[args.namespace],
                key_arn=args.key_arn,
                endpoints_only=args.endpoints_only,
                noncurrent_days=args.noncurrent_days,
                archive_days=archive_days,
                scratch_days=scratch_days,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
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
            ResourceOptions(parent=self),
        ).url

    def _make_identity(
        self, name: str, args: RegistryArgs, service_account: str, inline: Mapping[str, Input[str]]
    ) -> PodIdentity:
        return PodIdentity(
            f"{name}-{service_account}",
            PodIdentityArgs(
                cluster_name=args.cluster_name,
                cluster_arn=args.cluster_arn,
                namespace=args.namespace,
                service_account=service_account,
                role_name=role_name(args, service_account),
                description=f"Pods of {args.stack} that run as the service account {service_account}",
                inline=inline,
                boundary_arn=args.boundary_arn,
            ),
            ResourceOptions(parent=self),
        )


def role_name(args: RegistryArgs, service_account: str) -> str:
    """The name of a service account's role, known before the role exists."""
    return physical_name(args.stack, service_account, limit=ROLE_NAME_LIMIT)


def bucket_name(account: Account, stack: str, role: str, generation: int) -> str:
    """The name of a bucket. It holds the account's id, because names of buckets are shared by all of AWS."""
    again = [f"g{generation}"] if generation > 1 else []
    return physical_name(stack, role, *again, account.id, limit=BUCKET_NAME_LIMIT)
