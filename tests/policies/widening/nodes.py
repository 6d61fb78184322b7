"""Nodes that cost more, are reached by more or survive less; endpoints that lose requests; labels of others."""

from tests.policies.widening.model import addition, claims_of, firsts, made, put, rows, tables

POOL = "kubernetes:karpenter.sh/v1:NodePool"
GROUP = "aws:eks/nodeGroup:NodeGroup"
TABLES = tables("nodes")
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
TAGGED = (
    "aws:s3/bucket:Bucket",
    "aws:kms/key:Key",
    "aws:iam/role:Role",
    "aws:sns/topic:Topic",
    LUSTRE,
    "aws:ecr/repository:Repository",
)


def widenings(stack):
    yield from rows(stack, TABLES["rows"])
    for each in firsts(stack, *TAGGED):
        for row in TABLES["tags"]:
            yield put(each, f"tags>{row['at']}", row["put"], row["says"], claims_of(row, stack))
    yield from workloads(stack)
    yield from more(stack)


def workloads(stack):
    """Jobs that make models under names and labels of nobody."""
    for kind in ("kubernetes:batch/v1:CronJob", "kubernetes:keda.sh/v1alpha1:ScaledJob"):
        for each in firsts(stack, kind):
            yield put(each, "metadata>labels>paved.dev/trigger", "unlisted", "is in no inventory", ("ML-04",))
            yield put(each, "metadata>labels>team", "other", "is of another team", ("ML-02",))
            yield put(
                each, "metadata>labels>cost-center", "CC-9999", "is paid by another cost center", ("CO-01",)
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
    """A group of nodes beside those that the file declares, and a scaler that lets go of replicas."""
    if stack.of("pulumi:providers:aws") and stack.of(GROUP, POOL):
        group = {
            "clusterName": "a",
            "instanceTypes": ["p5.48xlarge"],
            "scalingConfig": {"minSize": 2, "maxSize": 1000},
            "subnetIds": ["a", "b"],
            "taints": [{"key": "nvidia.com/gpu"}],
            "capacityType": "ON_DEMAND",
        }
        claims = ("CO-04",) if stack.context.kind == "team" else ()
        yield addition("a group of a thousand p5", claims, made(stack, GROUP, group))
    for each in firsts(stack, "kubernetes:keda.sh/v1alpha1:ScaledObject"):
        yield from rows(stack, TABLES["scaler"], each)
