"""Clusters, nodes, add-ons and access."""

import json

import pytest

CLUSTER = "aws:eks/cluster:Cluster"
NODES = "aws:eks/nodeGroup:NodeGroup"
ADDON = "aws:eks/addon:Addon"
ENTRY = "aws:eks/accessEntry:AccessEntry"
ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
PEOPLE = "aws:eks/identityProviderConfig:IdentityProviderConfig"
OIDC = {
    "identityProviderConfigName": "people",
    "issuerUrl": "https://login.example.com",
    "clientId": "kubernetes",
    "groupsClaim": "groups",
    "groupsPrefix": "oidc:",
    "usernamePrefix": "oidc:",
}
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


@pytest.fixture
def subnets(account):
    vpc = account.vpc()
    return [
        account.subnet(vpc, zone, f"10.16.{16 * n}.0/20") for n, zone in enumerate(("use1-az2", "use1-az4"))
    ]


@pytest.fixture
def inputs(account, subnets):
    return {
        "name": "paved",
        "version": "1.35",
        "roleArn": account.role("cluster", "eks.amazonaws.com"),
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
        "bootstrapSelfManagedAddons": False,
        "vpcConfig": {"subnetIds": subnets, "endpointPrivateAccess": True, "endpointPublicAccess": False},
        "kubernetesNetworkConfig": {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"},
        "encryptionConfig": {"provider": {"keyArn": account.key("secrets")}, "resources": ["secrets"]},
        "enabledClusterLogTypes": ["api", "audit"],
        "upgradePolicy": {"supportType": "STANDARD"},
        "deletionProtection": True,
    }


@pytest.fixture
def cluster(account, inputs):
    return account.create(CLUSTER, inputs)


def test_a_cluster_reads_back(account, inputs, cluster):
    id, outputs = cluster
    found = account.client("eks").describe_cluster(name="paved")["cluster"]
    assert (found["version"], found["roleArn"]) == ("1.35", inputs["roleArn"])
    config = found["resourcesVpcConfig"]
    assert config["subnetIds"] == inputs["vpcConfig"]["subnetIds"]
    assert (config["endpointPrivateAccess"], config["endpointPublicAccess"]) == (True, False)
    assert found["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "172.20.0.0/16"
    assert found["encryptionConfig"] == [
        {"resources": ["secrets"], "provider": {"keyArn": inputs["encryptionConfig"]["provider"]["keyArn"]}}
    ]
    assert {"types": ["api", "audit"], "enabled": True} in found["logging"]["clusterLogging"]
    assert found["tags"] == {"team": "vision", "service": "test"}
    assert id == "paved"
    assert outputs["arn"] == "arn:aws:eks:us-east-1:111122223333:cluster/paved"


def test_the_outputs_of_a_cluster_are_shaped_as_the_provider_shapes_them(account, cluster):
    _, outputs = cluster
    assert outputs["endpoint"].startswith("https://")
    assert not outputs["endpoint"].endswith("/")
    assert outputs["certificateAuthority"]["data"]
    assert outputs["identities"][0]["oidcs"][0]["issuer"].startswith("https://")
    group = outputs["vpcConfig"]["clusterSecurityGroupId"]
    (found,) = account.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert found["GroupName"].startswith("eks-cluster-sg-paved-")
    assert found["VpcId"] == outputs["vpcConfig"]["vpcId"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"roleArn": "arn:aws:iam::111122223333:role/nobody"}, "must name a role that exists by now"),
        ({"upgradePolicy": {"supportType": "FOREVER"}}, "must be one of STANDARD, EXTENDED"),
        ({"enabledClusterLogTypes": ["everything"]}, "must be one of api, audit, authenticator"),
        ({"name": "-paved"}, "must match ^[0-9A-Za-z][A-Za-z0-9"),
        ({"vpcConfig": {"subnetIds": ["subnet-0123456789abcdef0"]}}, "must name subnets that exist by now"),
    ],
)
def test_a_wrong_cluster_is_refused(account, inputs, changes, said):
    assert said in account.rejections(CLUSTER, {**inputs, **changes})[0]


def test_a_cluster_spans_two_zones(account, inputs, subnets):
    (said,) = account.rejections(CLUSTER, {**inputs, "vpcConfig": {"subnetIds": subnets[:1]}})
    assert "must be in two zones or more" in said


def test_a_zone_without_control_planes_is_refused(account, inputs, subnets):
    vpc = account.client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    both = [subnets[0], account.subnet(vpc, "use1-az3", "10.16.64.0/20")]
    (said,) = account.rejections(CLUSTER, {**inputs, "vpcConfig": {"subnetIds": both}})
    assert said.endswith("EKS has no control plane in this zone, got ['use1-az3']")


def test_the_role_of_a_cluster_trusts_eks(account, inputs):
    role = account.role("other", "ec2.amazonaws.com")
    (said,) = account.rejections(CLUSTER, {**inputs, "roleArn": role})
    assert "must name a role that eks.amazonaws.com may assume" in said


def test_unknown_security_groups_and_keys_are_refused(account, inputs):
    config = {**inputs["vpcConfig"], "securityGroupIds": ["sg-0123456789abcdef0"]}
    (said,) = account.rejections(CLUSTER, {**inputs, "vpcConfig": config})
    assert "must name security groups that exist by now" in said
    encryption = {
        "provider": {"keyArn": "arn:aws:kms:us-east-1:111122223333:key/none"},
        "resources": ["secrets"],
    }
    (said,) = account.rejections(CLUSTER, {**inputs, "encryptionConfig": encryption}, name="again")
    assert "must name a KMS key that exists by now" in said


@pytest.fixture
def nodes(account, cluster, subnets):
    template, _ = account.create("aws:ec2/launchTemplate:LaunchTemplate", {"name": "system"})
    return {
        "clusterName": "paved",
        "nodeGroupName": "system",
        "nodeRoleArn": account.role("node", "ec2.amazonaws.com"),
        "subnetIds": subnets,
        "version": "1.35",
        "amiType": "AL2023_x86_64_STANDARD",
        "capacityType": "ON_DEMAND",
        "instanceTypes": ["m7i.xlarge"],
        "scalingConfig": {"minSize": 3, "desiredSize": 3, "maxSize": 6},
        "updateConfig": {"maxUnavailable": 1},
        "nodeRepairConfig": {"enabled": True},
        "labels": {"paved.dev/pool": "system"},
        "taints": [{"key": "a", "value": "b", "effect": "NO_SCHEDULE"}],
        "launchTemplate": {"id": template, "version": "1"},
    }


def test_a_node_group_reads_back(account, nodes):
    id, outputs = account.create(NODES, nodes)
    found = account.client("eks").describe_nodegroup(clusterName="paved", nodegroupName="system")["nodegroup"]
    assert found["scalingConfig"] == nodes["scalingConfig"]
    assert (found["instanceTypes"], found["subnets"]) == (["m7i.xlarge"], nodes["subnetIds"])
    assert (found["amiType"], found["capacityType"]) == ("AL2023_x86_64_STANDARD", "ON_DEMAND")
    assert found["launchTemplate"]["id"] == nodes["launchTemplate"]["id"]
    assert found["labels"] == {"paved.dev/pool": "system"}
    assert found["taints"] == nodes["taints"]
    assert id == "paved:system"
    assert outputs["arn"] == found["nodegroupArn"]
    assert outputs["resources"][0]["autoscalingGroups"][0]["name"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"scalingConfig": {"minSize": 3, "desiredSize": 7, "maxSize": 6}},
            "must be of 3 to 6, the group's own limits",
        ),
        ({"launchTemplate": {"id": "lt-0123456789abcdef0", "version": "1"}}, "launch template"),
        ({"capacityType": "CHEAP"}, "must be one of ON_DEMAND, SPOT, CAPACITY_BLOCK"),
        ({"taints": [{"key": "a", "effect": "NoSchedule"}]}, "must be one of NO_SCHEDULE, NO_EXECUTE"),
        ({"clusterName": "nothing"}, "No cluster found for name: nothing"),
    ],
)
def test_wrong_nodes_are_refused(account, nodes, changes, said):
    assert said in account.rejections(NODES, {**nodes, **changes})[0]


def test_an_addon_is_validated_with_its_settings_and_identities(account, cluster):
    inputs = {
        "clusterName": "paved",
        "addonName": "vpc-cni",
        "configurationValues": json.dumps({"enableNetworkPolicy": "true"}),
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "PRESERVE",
        "preserve": True,
        "podIdentityAssociations": [
            {"roleArn": account.role("cni", "pods.eks.amazonaws.com"), "serviceAccount": "aws-node"}
        ],
    }
    id, outputs = account.create(ADDON, inputs)
    assert (id, account.last.status) == ("paved:vpc-cni", "validated")
    assert outputs["arn"].startswith("arn:aws:eks:us-east-1:111122223333:addon/paved/vpc-cni/")
    (said,) = account.rejections(ADDON, inputs, name="again")
    assert "the cluster has this add-on already" in said
    (said,) = account.rejections(ADDON, {**inputs, "resolveConflictsOnUpdate": "ASK"}, name="asks")
    assert said.startswith("eks.UpdateAddon `resolveConflicts`: must be one of OVERWRITE, NONE, PRESERVE")
    (said,) = account.rejections(ADDON, {**inputs, "configurationValues": "a: b"}, name="yaml")
    assert said.startswith("eks.CreateAddon `configurationValues`: must be a JSON object")


@pytest.mark.parametrize("type", [ADDON, ENTRY, ASSOCIATION, IDENTITY, PEOPLE])
def test_what_belongs_to_a_cluster_needs_the_cluster(account, type):
    inputs = {
        ADDON: {"addonName": "vpc-cni"},
        ENTRY: {"principalArn": "arn:aws:iam::999999999999:role/a"},
        ASSOCIATION: {
            "principalArn": "arn:aws:iam::999999999999:role/a",
            "policyArn": ADMIN,
            "accessScope": {"type": "cluster"},
        },
        IDENTITY: {"namespace": "a", "serviceAccount": "b", "roleArn": "arn:aws:iam::999999999999:role/a"},
        PEOPLE: {"oidc": OIDC},
    }[type]
    (said,) = account.rejections(type, {"clusterName": "nothing", **inputs})
    assert said.endswith("`clusterName`: must name a cluster that exists by now, got 'nothing'")


def test_a_principal_enters_once_and_before_its_policies(account, cluster):
    principal = account.role("deploy", "ec2.amazonaws.com")
    entry = {
        "clusterName": "paved",
        "principalArn": principal,
        "type": "STANDARD",
        "kubernetesGroups": ["readers"],
    }
    policy = {
        "clusterName": "paved",
        "principalArn": principal,
        "policyArn": ADMIN,
        "accessScope": {"type": "cluster"},
    }
    (said,) = account.rejections(ASSOCIATION, policy)
    assert "must be the principal of an access entry that exists by now" in said
    id, outputs = account.create(ENTRY, entry)
    assert id == f"paved:{principal}"
    assert outputs["accessEntryArn"].startswith(
        "arn:aws:eks:us-east-1:111122223333:access-entry/paved/role/111122223333/deploy/"
    )
    association, _ = account.create(ASSOCIATION, policy, name="after")
    assert association == f"paved#{principal}#{ADMIN}"
    (said,) = account.rejections(ENTRY, entry, name="again")
    assert "the cluster has an entry for this principal already" in said


def test_a_cluster_takes_one_provider_of_people(account, cluster):
    id, outputs = account.create(PEOPLE, {"clusterName": "paved", "oidc": OIDC})
    assert id == "paved:people"
    place = "arn:aws:eks:us-east-1:111122223333:identityproviderconfig/paved/oidc/people/"
    assert outputs["arn"].startswith(place)
    (said,) = account.rejections(PEOPLE, {"clusterName": "paved", "oidc": OIDC}, name="again")
    assert "has an OIDC provider already" in said


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("issuerUrl", "http://login.example.com", "must begin with https://"),
        ("groupsPrefix", "system:", "must not contain system:"),
    ],
)
def test_a_provider_of_people_is_what_eks_takes(account, cluster, key, value, told):
    (said,) = account.rejections(PEOPLE, {"clusterName": "paved", "oidc": {**OIDC, key: value}})
    assert told in said


def test_managed_nodes_bring_their_own_access_entry(account, nodes):
    account.create(NODES, nodes)
    entry = {"clusterName": "paved", "principalArn": nodes["nodeRoleArn"], "type": "EC2_LINUX"}
    (said,) = account.rejections(ENTRY, entry)
    assert "the cluster has an entry for this principal already" in said


def test_a_service_account_has_one_identity_that_pods_may_assume(account, cluster):
    inputs = {
        "clusterName": "paved",
        "namespace": "vision-prod",
        "serviceAccount": "trainer",
        "roleArn": account.role("trainer", "pods.eks.amazonaws.com"),
    }
    id, outputs = account.create(IDENTITY, inputs)
    assert id == outputs["associationId"]
    assert (
        outputs["associationArn"] == f"arn:aws:eks:us-east-1:111122223333:podidentityassociation/paved/{id}"
    )
    (said,) = account.rejections(IDENTITY, inputs, name="again")
    assert "the service account has an association already" in said
    wrong = {**inputs, "serviceAccount": "server", "roleArn": account.role("server", "ec2.amazonaws.com")}
    (said,) = account.rejections(IDENTITY, wrong, name="wrong")
    assert "must name a role that pods.eks.amazonaws.com may assume" in said
