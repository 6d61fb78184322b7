"""How the images of an account's registry are scanned for known vulnerabilities."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

EVERY_REPOSITORY = "*"


@dataclass(frozen=True, kw_only=True)
class RegistryScanningArgs:
    """`enhanced`: by Amazon Inspector, packages of languages too, and again whenever an advisory is published."""

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
