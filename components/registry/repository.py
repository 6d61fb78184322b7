"""Image repositories whose tags never move, and the scanning of their images for known vulnerabilities."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from reference.vocabulary import CANDIDATE_TAG, RELEASE_TAG

EVERY_REPOSITORY = "*"
MOST_IMAGES = 100_000
"""The images that a repository may hold (quotas of ECR, 2026-11), of which a rule that keeps all keeps no less."""


@dataclass(frozen=True, kw_only=True)
class RepositoryArgs:
    """A repository of the account's own ECR registry."""

    account: Account
    repository: str  # physical, such as `vision-prod/defect-detector`
    key_arn: Input[str]
    keep_images: int
    protect: bool


class Repository(ComponentResource):
    """An ECR repository: immutable tags, every push scanned, encrypted with one key."""

    def __init__(self, name: str, args: RepositoryArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:Repository", name, {}, opts)
        repository = aws.ecr.Repository(
            name,
            name=args.repository,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=args.key_arn)
            ],
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=image_lifecycle(args.keep_images),
            opts=ResourceOptions(parent=self),
        )
        self.repository: Output[str] = repository.name
        self.url = repository_url(args.account, args.repository)
        self.register_outputs({"repository": self.repository, "url": self.url})


@dataclass(frozen=True, kw_only=True)
class RegistryScanningArgs:
    """`enhanced` scans with Amazon Inspector: packages of languages too, and again for each advisory published."""

    enhanced: bool


class RegistryScanning(ComponentResource):
    """The scanning configuration of the registry. An account has one in each region."""

    def __init__(self, name: str, args: RegistryScanningArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:RegistryScanning", name, {}, opts)
        aws.ecr.RegistryScanningConfiguration(
            name,
            scan_type="ENHANCED" if args.enhanced else "BASIC",
            rules=[
                aws.ecr.RegistryScanningConfigurationRuleArgs(
                    scan_frequency="CONTINUOUS_SCAN" if args.enhanced else "SCAN_ON_PUSH",
                    repository_filters=[
                        aws.ecr.RegistryScanningConfigurationRuleRepositoryFilterArgs(
                            filter=EVERY_REPOSITORY, filter_type="WILDCARD"
                        )
                    ],
                )
            ],
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})


def image_lifecycle(keep_images: int) -> str:
    """Keep the newest candidates, and every image with a tag of another kind or with none.

    A stack pins a digest for months while newer images are pushed, and ECR does not know which one: so only what is
    called a candidate ever goes. What a rule selects by its tag no later rule expires (ECR guide, lifecycle policies).
    """
    rules = [
        _lifecycle_rule(1, RELEASE_TAG, MOST_IMAGES, "keep every release, a candidate before too"),
        _lifecycle_rule(2, CANDIDATE_TAG, keep_images, f"keep the newest {keep_images} candidates"),
    ]
    return json.dumps({"rules": rules}, sort_keys=True)


def _lifecycle_rule(priority: int, prefix: str, newest: int, description: str) -> dict[str, Any]:
    return {
        "rulePriority": priority,
        "description": description,
        "selection": {
            "tagStatus": "tagged",
            "tagPrefixList": [prefix],
            "countType": "imageCountMoreThan",
            "countNumber": newest,
        },
        "action": {"type": "expire"},
    }


def repository_url(account: Account, repository: str) -> str:
    """The name of a repository's images without their tags."""
    return f"{account.ecr_host}/{repository}"
