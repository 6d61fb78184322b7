"""Access analysis: what of an account is open to others, and which access nobody uses."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions


@dataclass(frozen=True, kw_only=True)
class AccessAnalysisArgs:
    """Analyzers of an account in one region. Days None looks for no unused access, which is charged by role."""

    external_name: str  # physical, at most 255 characters
    unused_name: str  # physical, at most 255 characters
    unused_days: int | None


class AccessAnalysis(ComponentResource):
    """An analyzer of access from outside the account, and one of access that is not used."""

    def __init__(self, name: str, args: AccessAnalysisArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:AccessAnalysis", name, {}, opts)
        child = ResourceOptions(parent=self)
        aws.accessanalyzer.Analyzer(name, analyzer_name=args.external_name, type="ACCOUNT", opts=child)
        if args.unused_days:
            aws.accessanalyzer.Analyzer(
                f"{name}-unused",
                analyzer_name=args.unused_name,
                type="ACCOUNT_UNUSED_ACCESS",
                configuration=aws.accessanalyzer.AnalyzerConfigurationArgs(
                    unused_access=aws.accessanalyzer.AnalyzerConfigurationUnusedAccessArgs(
                        unused_access_age=args.unused_days
                    )
                ),
                opts=child,
            )
        self.register_outputs({})
