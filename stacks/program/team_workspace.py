"""A team's place in its platform's cluster, in which the sections of its file are built."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_kubernetes as k8s
from pulumi import ResourceOptions

from stacks.program.context import TeamContext

# Each brings SDK classes that take long to import.
if TYPE_CHECKING:
    from components.registry.registry import Registry
    from components.security.encryption_key import EncryptionKey
    from components.serving.namespace import ServingNamespace


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A team's namespace in the platform's cluster, and the registry and key that its pods use, if any."""

    context: TeamContext
    provider: k8s.Provider
    namespace: "ServingNamespace"
    registry: "Registry | None"
    key: "EncryptionKey | None"

    def in_cluster(self) -> ResourceOptions:
        """The options of a component that lives in the cluster alone."""
        return ResourceOptions(providers=[self.provider])

    def in_both(self) -> ResourceOptions:
        """The options of a component that lives in AWS and in the cluster."""
        return ResourceOptions(providers=[self.context.aws, self.provider])
