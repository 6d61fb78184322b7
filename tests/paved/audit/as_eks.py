"""What EKS would answer where the simulator has nothing."""

from collections.abc import Mapping
from typing import Any

from paved.plan.model import PlannedResource
from tests.paved.audit.planned import ARN, Planned, answers, given

PEOPLE = "aws:eks/identityProviderConfig:IdentityProviderConfig"


class AsEks(Planned):
    """Add-ons, access entries, pod identities, and what a cluster and a node group keep to themselves."""

    @answers("eks.DescribeAddon")
    def describe_addon(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned(
            "aws:eks/addon:Addon", clusterName=request["clusterName"], addonName=request["addonName"]
        )
        return {
            "addon": {
                **given(made, "addonName", "clusterName", "addonVersion", "configurationValues"),
                "addonArn": ARN.format("eks", f"addon/{request['clusterName']}/{request['addonName']}/x"),
                "tags": self.tags(made),
            }
        }

    @answers("eks.ListAddons")
    def list_addons(self, _: Any, request: Mapping[str, Any]) -> Any:
        return {"addons": [each.inputs["addonName"] for each in self.all("aws:eks/addon:Addon")]}

    def _entry(self, principal: str) -> PlannedResource:
        entries = self.all("aws:eks/accessEntry:AccessEntry")
        found = [each for each in entries if self.role_arn(each, "principalArn") == principal]
        return found[0] if found else self.planned("none")

    @answers("eks.DescribeAccessEntry")
    def describe_access_entry(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self._entry(request["principalArn"])
        return {
            "accessEntry": {
                **given(made, "clusterName", "kubernetesGroups", "type"),
                "accessEntryArn": ARN.format(
                    "eks", f"access-entry/{request['clusterName']}/role/x/{request['principalArn'][-8:]}"
                ),
                "principalArn": request["principalArn"],
                "tags": self.tags(made),
                "username": request["principalArn"],
            }
        }

    @answers("eks.ListAccessEntries")
    def list_access_entries(self, _: Any, request: Mapping[str, Any]) -> Any:
        entries = self.all("aws:eks/accessEntry:AccessEntry")
        mine = "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"
        return {"accessEntries": [*(self.role_arn(each, "principalArn") for each in entries), mine]}

    @answers("eks.ListAssociatedAccessPolicies")
    def list_associated_access_policies(self, _: Any, request: Mapping[str, Any]) -> Any:
        associations = self.all("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
        return {
            "associatedAccessPolicies": [
                given(each, "policyArn", "accessScope")
                for each in associations
                if self.role_arn(each, "principalArn") == request["principalArn"]
            ]
        }

    @answers("eks.DescribeIdentityProviderConfig")
    def describe_identity_provider_config(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned(PEOPLE, clusterName=request["clusterName"])
        oidc = made.inputs["oidc"]
        place = f"identityproviderconfig/{request['clusterName']}/oidc/{oidc['identityProviderConfigName']}/x"
        kept = {"identityProviderConfigArn": ARN.format("eks", place), "tags": self.tags(made)}
        return {"identityProviderConfig": {"oidc": {**oidc, **kept, "status": "ACTIVE"}}}

    @answers("eks.ListIdentityProviderConfigs")
    def list_identity_provider_configs(self, _: Any, request: Mapping[str, Any]) -> Any:
        names = [each.inputs["oidc"]["identityProviderConfigName"] for each in self.all(PEOPLE)]
        return {"identityProviderConfigs": [{"type": "oidc", "name": name} for name in names]}

    @answers("eks.ListPodIdentityAssociations")
    def list_pod_identity_associations(self, _: Any, request: Mapping[str, Any]) -> Any:
        wanted = {key: value for key, value in request.items() if key != "clusterName"}
        all_of_them = self.all("aws:eks/podIdentityAssociation:PodIdentityAssociation")
        listed = [
            {
                **given(each, "namespace", "serviceAccount"),
                "associationId": f"a-{each.inputs['namespace']}.{each.inputs['serviceAccount']}",
            }
            for each in all_of_them
            if wanted.items() <= each.inputs.items()
        ]
        return {"associations": listed}

    @answers("eks.DescribePodIdentityAssociation")
    def describe_pod_identity_association(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self._association(*request["associationId"].removeprefix("a-").split("."))
        return {
            "association": {
                **given(made, "clusterName", "namespace", "serviceAccount"),
                "associationArn": ARN.format(
                    "eks", f"podidentityassociation/{request['clusterName']}/{request['associationId']}"
                ),
                "associationId": request["associationId"],
                "roleArn": self.role_arn(made, "roleArn"),
                "tags": self.tags(made),
            }
        }

    def _association(self, namespace: str, account: str) -> PlannedResource:
        type = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
        return self.planned(type, namespace=namespace, serviceAccount=account)

    @answers("eks.DescribeCluster")
    def describe_cluster(self, real: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned("aws:eks/cluster:Cluster", name=request["name"])
        mode = {"authenticationMode": made.inputs["accessConfig"]["authenticationMode"]}
        patch = {**given(made, "deletionProtection", "upgradePolicy"), "accessConfig": mode}
        return {"cluster": {**real(name=request["name"])["cluster"], **patch}}

    @answers("eks.DescribeNodegroup")
    def describe_nodegroup(self, real: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned("aws:eks/nodeGroup:NodeGroup", clusterName=request["clusterName"])
        if request["nodegroupName"] != made.inputs["nodeGroupName"]:
            return {"nodegroup": real(**request)["nodegroup"]}
        has = real(**request)["nodegroup"]
        has.pop("remoteAccess", None)  # moto makes a key up
        return {"nodegroup": {**has, **given(made, "nodeRepairConfig", "updateConfig")}}
