"""Small stacks of what is easy to plan wrongly; `upper` reads what `lower` exports."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s


class Outer(pulumi.ComponentResource):
    """A protected component, so that its children inherit the flag."""

    def __init__(self, name: str, provider: aws.Provider):
        super().__init__(
            "paved:test:Outer", name, {}, pulumi.ResourceOptions(providers=[provider], protect=True)
        )
        self.inner = Inner(name, pulumi.ResourceOptions(parent=self))
        self.register_outputs({"arn": self.inner.bucket.arn})


class Inner(pulumi.ComponentResource):
    """A component inside a component, whose children's URNs name both types."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions):
        super().__init__("paved:test:Inner", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(name, bucket="example-data", opts=child)
        aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=self.bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        self.register_outputs({})


def lower() -> dict[str, object]:
    """AWS: nested components, numbers, a secret, an explicit order."""
    tags = aws.ProviderDefaultTagsArgs(tags={"team": "search"})
    provider = aws.Provider(
        "aws", region="us-east-1", allowed_account_ids=["111122223333"], default_tags=tags
    )
    direct = pulumi.ResourceOptions(provider=provider)
    data = Outer("data", provider)
    queue = aws.sqs.Queue("events", name="events", message_retention_seconds=86400, opts=direct)
    ordered = pulumi.ResourceOptions(
        provider=provider, depends_on=[data, queue], custom_timeouts=pulumi.CustomTimeouts(delete="30m")
    )
    hidden = pulumi.Output.secret("hidden")
    aws.ssm.Parameter(
        "token", name="/token", type=aws.ssm.ParameterType.SECURE_STRING, value=hidden, opts=ordered
    )
    return {"bucket": {"arn": data.inner.bucket.arn, "name": data.inner.bucket.bucket}, "queue": queue.name}


def nested() -> dict[str, object]:
    """AWS decides a part of a structure whose other parts are inputs."""
    direct = pulumi.ResourceOptions(provider=aws.Provider("aws", region="us-east-1"))
    vpc = aws.eks.ClusterVpcConfigArgs(subnet_ids=["subnet-1", "subnet-2"])
    cluster = aws.eks.Cluster(
        "cluster", name="small", role_arn="arn:aws:iam::111122223333:role/eks", vpc_config=vpc, opts=direct
    )
    group = cluster.vpc_config.cluster_security_group_id
    aws.ec2.SecurityGroup("open", name="open", description=group.apply(lambda id: f"of {id}"), opts=direct)
    return {"group": group}


def upper() -> dict[str, object]:
    """Kubernetes over a stack reference: a typed object, a custom resource and a chart."""
    organization, project = pulumi.get_organization(), pulumi.get_project()
    below = pulumi.StackReference("lower", stack_name=f"{organization}/{project}/lower")
    cluster = pulumi.ResourceOptions(provider=k8s.Provider("kubernetes", kubeconfig="{}"))
    bucket = below.require_output("bucket")
    namespace = k8s.core.v1.Namespace(
        "team",
        metadata=k8s.meta.v1.ObjectMetaArgs(
            name="team", annotations={"bucket": bucket.apply(lambda b: b["arn"])}
        ),
        opts=cluster,
    )
    k8s.apiextensions.CustomResource(
        "pool",
        api_version="karpenter.sh/v1",
        kind="NodePool",
        metadata=k8s.meta.v1.ObjectMetaArgs(name="pool"),
        spec={"limits": {"nvidia.com/gpu": 8}, "weight": 10},
        opts=pulumi.ResourceOptions.merge(cluster, pulumi.ResourceOptions(depends_on=[namespace])),
    )
    k8s.helm.v3.Release(
        "chart",
        chart="example",
        version="1.2.3",
        namespace=namespace.metadata.name,
        values={"replicas": 2, "memory": 0.5},
        opts=cluster,
    )
    return {"namespace": namespace.metadata.name}


for name, value in {"lower": lower, "nested": nested, "upper": upper}[pulumi.get_stack()]().items():
    pulumi.export(name, value)
