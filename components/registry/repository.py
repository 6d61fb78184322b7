"""Image repositories whose tags never move, and the scanning of their images for known vulnerabilities."""

import json
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account

EVERY_REPOSITORY = "*"


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
    """Keep the newest images. ECR counts every image, so keep more than are deployed at once."""
    rule = {
        "rulePriority": 1,
        "description": f"keep the newest {keep_images} images",
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": keep_images,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]}, sort_keys=True)


def repository_url(account: Account, repository: str) -> str:
    """The name of a repository's images without their tags."""
    return f"{account.ecr_host}/{repository}"
