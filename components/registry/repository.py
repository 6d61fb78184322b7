"""An image repository whose tags never move."""

import json
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account


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
