"""A team's program: the sample team, and outputs of the platform that it stands on."""

from stacks.checks.folder import checked_file
from tests.conftest import STACKS

FOUNDATION_KEY = "arn:aws:kms:us-east-1:111122223333:alias/paved-foundation-prod-volumes"
PLATFORM = {
    "contract": {"kind": "platform", "version": "1"},
    "account": {"id": "111122223333", "region": "us-east-1", "partition": "aws"},
    "network": {
        "vpc_cidr": "10.16.0.0/16",
        "private_subnets": {"use1-az4": "subnet-0f6e"},
        "private_mlflow": False,
    },
    "storage": {"drivers": ["fsx-lustre", "mountpoint-s3"], "lustre_security_group_id": "sg-0f6e"},
    "hand_over": {"namespace": "hand-overs", "image": "public.ecr.aws/docker/library/busybox:1.37.0"},
    "datasets": {
        "product-images": {
            "bucket": "paved-foundation-prod-datasets-internal-111122223333",
            "prefix": "product-images/",
            "key_alias": "paved-foundation-prod-datasets-internal",
        }
    },
    "cluster": {
        "name": "paved-foundation-prod",
        "kubernetes_version": "1.35",
        "provisioner_role_name": "paved-foundation-prod-karpenter",
    },
    "kubeconfig": "{}",
    "identity": {
        "team_boundary_arn": "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary",
        "ci": {"issuer": "https://token.actions.githubusercontent.com", "audience": "sts.amazonaws.com"},
    },
    "queues": {
        "cohort": "platform-prod",
        "flavors": {"h100": "paved-h100", "l40s": "paved-l40s", "l4": "paved-l4", "a10g": "paved-a10g"},
    },
    "monitoring": {
        "namespace": "monitoring",
        "prometheus_url": "http://prometheus.monitoring",
        "runbooks_url": "https://git.example.com/runbooks",
    },
    "nodes": {
        "ami_alias": "al2023@v20260714",
        "role_name": "paved-foundation-prod-node",
        "team_role_names": {"vision": "paved-foundation-prod.node-vision"},
        "discovery_tag": "paved-foundation-prod",
        "volumes_key_arn": FOUNDATION_KEY,
    },
    "registry": {"host": "111122223333.dkr.ecr.us-east-1.amazonaws.com", "upstreams": ["quay.io"]},
    "notebook_hub": {"chart_version": "4.4.0", "secret_reader": "public.ecr.aws/aws-cli/aws-cli:2.37.0"},
}
VISION = checked_file(STACKS / "Pulumi.vision-prod.yaml").stack
