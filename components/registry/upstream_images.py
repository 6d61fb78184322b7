"""Images of others in the account's own registry: pulled through a cache, or copied where no cache pulls through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.identity.document import allow, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import service_trust
from components.registry.repository import Repository, RepositoryArgs
from components.security.encryption_key import EncryptionKey
from reference.chart_images import images_from
from reference.registries import CACHED, LOGIN_FOLDER, own_repository
from reference.vocabulary import ECR_SERVICE

KEEP_CANDIDATES = 5
"""No image of others is tagged as a candidate: the fewest that a repository keeps."""


@dataclass(frozen=True, kw_only=True)
class UpstreamImagesArgs:
    """Registries of others by their hosts. `caches` maps those that ECR pulls through to the name of a secret, if any.

    Of those in `mirrors` there is a repository for each image of a chart, to which the image is copied.
    """

    account: Account
    key: EncryptionKey
    role_name: str  # physical, at most 64 characters
    caches: Mapping[str, str | None]
    mirrors: Sequence[str]
    tags: Mapping[str, str]
    protect: bool


class UpstreamImages(ComponentResource):
    """Caches with the settings of the repositories that they make, and repositories for copies."""

    def __init__(self, name: str, args: UpstreamImagesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:UpstreamImages", name, {}, opts)
        self._name, self._args = name, args
        if args.caches:
            self._make_caches()
        for image in images_from(args.mirrors):
            Repository(
                f"{name}-{image.replace('/', '-')}",
                RepositoryArgs(
                    account=args.account,
                    repository=own_repository(image),
                    key_arn=args.key.key_arn,
                    keep_images=KEEP_CANDIDATES,
                    protect=args.protect,
                ),
                ResourceOptions(parent=self),
            )
        self.register_outputs({})

    def _make_caches(self) -> None:
        args = self._args
        role = ServiceRole(
            f"{self._name}-role",
            creator_role(args),
            service_trust(ECR_SERVICE),
            ResourceOptions(parent=self),
        )
        for host, secret in args.caches.items():
            template = self._make_template(host, role)
            aws.ecr.PullThroughCacheRule(
                f"{self._name}-{host}",
                ecr_repository_prefix=own_repository(host),
                upstream_registry_url=CACHED[host],
                credential_arn=self._login(secret) if secret else None,
                # A repository keeps the settings that it is made with, at the first pull.
                opts=ResourceOptions(parent=self, depends_on=[template]),
            )

    def _login(self, secret: str) -> str:
        return self._args.account.arn("secretsmanager", f"secret:{LOGIN_FOLDER}/{secret}")

    def _make_template(self, host: str, role: ServiceRole) -> aws.ecr.RepositoryCreationTemplate:
        return aws.ecr.RepositoryCreationTemplate(
            f"{self._name}-{host}",
            prefix=own_repository(host),
            description=f"Images of {host}, pulled through",
            applied_fors=["PULL_THROUGH_CACHE"],
            custom_role_arn=role.role_arn,
            encryption_configurations=[
                aws.ecr.RepositoryCreationTemplateEncryptionConfigurationArgs(
                    encryption_type="KMS", kms_key=self._args.key.key_arn
                )
            ],
            # ECR would ask daily whether a tag has moved, and follow it: what was pulled first stays.
            image_tag_mutability="IMMUTABLE",
            resource_tags=dict(self._args.tags),
            opts=ResourceOptions(parent=self, depends_on=[role]),
        )


def creator_role(args: UpstreamImagesArgs) -> RoleArgs:
    """The role by which ECR makes repositories at the first pull, which it asks for where they have a key or tags."""
    policy = policy_document(
        allow(
            "MakeRepositories",
            ["ecr:CreateRepository", "ecr:TagResource"],
            [args.account.arn("ecr", f"repository/{own_repository('*')}")],
        ),
        allow(
            "EncryptThem",
            ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            [args.account.arn("kms", "key/*")],
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{args.key.alias}"}},
        ),
    )
    return RoleArgs(
        name=args.role_name,
        description=f"ECR makes repositories of cached images of {args.account.id}",
        inline={"repositories": policy},
    )
