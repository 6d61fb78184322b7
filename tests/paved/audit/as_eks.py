"""What EKS would answer where the simulator has nothing."""

from collections.abc import Mapping
from typing import Any

from paved.plan.model import PlannedResource
from tests.paved.audit.planned import ARN, Planned, answers, given


class AsEks(Planned):
    """Add-ons, access entries, pod identities, and what a cluster and a node group keep to themselves."""

    @answers("eks.DescribeAddon")
    def describe_addon(self, _: Any, asked: Mapping[str, Any]) -> Any:
        made = self.planned(
            "aws:eks/addon:Addon", clusterName=asked["clusterName"], addonName=asked["addonName"]
        )
        return {
            "addon": {
                **given(made, "addonName", "clusterName", "addonVersion", "configurationValues"),
                "addonArn": ARN.format("eks", f"addon/{asked['clusterName']}/{asked['addonName']}/x"),
                "tags": self.tags(made),
            }
        }

    @answers("eks.ListAddons")
    def list_addons(self, _: Any, asked: Mapping[str, Any]) -> Any:
        return {"addons": [each.inputs["addonName"] for each in self.all("aws:eks/addon:Addon")]}

    def _entry(self, principal: str) -> PlannedResource:
        entries = self.all("aws:eks/accessEntry:AccessEntry")
        found = [each for each in entries if self.role_arn(each, "principalArn") == principal]
        return found[0] if found else self.planned("none")

    @answers("eks.DescribeAccessEntry")
    def describe_access_entry(self, _: Any, asked: Mapping[str, Any]) -> Any:
        made = self._entry(asked["principalArn"])
        return {
            "accessEntry": {
                **given(made, "clusterName", "kubernetesGroups", "type"),
                "accessEntryArn": ARN.format(
                    "eks", f"access-entry/{asked['clusterName']}/role/x/{asked['principalArn'][-8:]}"
                ),
                "principalArn": asked["principalArn"],
                "tags": self.tags(made),
                "username": asked["principalArn"],
            }
        }

    @answers("eks.ListAccessEntries")
    def list_access_entries(self, _: Any, asked: Mapping[str, Any]) -> Any:
        entries = self.all("aws:eks/accessEntry:AccessEntry")
        mine = "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"
        return {"accessEntries": [*(self.role_arn(each, "principalArn") for each in entries), mine]}

    @answers("eks.ListAssociatedAccessPolicies")
    def list_associated_access_policies(self, _: Any, asked: Mapping[str, Any]) -> Any:
        associations = self.all("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
        return {
            "associatedAccessPolicies": [
                given(each, "policyArn", "accessScope")
                for each in associations
                if self.role_arn(each, "principalArn") == asked["principalArn"]
            ]
        }

    @answers("eks.ListPodIdentityAssociations")
    def list_pod_identity_associations(self, _: Any, asked: Mapping[str, Any]) -> Any:
        self._association(asked["namespace"], asked["serviceAccount"])
        return {"associations": [{"associationId": f"a-{asked['namespace']}.{asked['serviceAccount']}"}]}

    @answers("eks.DescribePodIdentityAssociation")
    def describe_pod_identity_association(self, _: Any, asked: Mapping[str, Any]) -> Any:
        made = self._association(*asked["associationId"].removeprefix("a-").split("."))
        return {
            "association": {
                **given(made, "clusterName", "namespace", "serviceAccount"),
                "associationArn": ARN.format(
                    "eks", f"podidentityassociation/{asked['clusterName']}/{asked['associationId']}"
                ),
                "associationId": asked["associationId"],
                "roleArn": self.role_arn(made, "roleArn"),
                "tags": self.tags(made),
            }
        }

    def _association(self, namespace: str, account: str) -> PlannedResource:
        type = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
        return self.planned(type, namespace=namespace, serviceAccount=account)

    @answers("eks.DescribeCluster")
    def describe_cluster(self, real: Any, asked: Mapping[str, Any]) -> Any:
        made = self.planned("aws:eks/cluster:Cluster", name=asked["name"])
        mode = {"authenticationMode": made.inputs["accessConfig"]["authenticationMode"]}
        patch = {**given(made, "deletionProtection", "upgradePolicy"), "accessConfig": mode}
        return {"cluster": {**real(name=asked["name"])["cluster"], **patch}}

    @answers("eks.DescribeNodegroup")
    def describe_nodegroup(self, real: Any, asked: Mapping[str, Any]) -> Any:
        made = self.planned("aws:eks/nodeGroup:NodeGroup", clusterName=asked["clusterName"])
        return {
            "nodegroup": {**real(**asked)["nodegroup"], **given(made, "nodeRepairConfig", "updateConfig")}
        }
