"""Two stacks in a few resources: `upper` takes the bucket of `lower` over a stack reference."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

provider = aws.Provider("aws", region="us-east-1", allowed_account_ids=["111122223333"])
cluster = k8s.Provider("kubernetes", kubeconfig="{}")

if pulumi.get_stack() == "lower":
    bucket = aws.s3.Bucket("data", bucket="example-data", opts=pulumi.ResourceOptions(provider=provider))
    pulumi.export("bucket", {"arn": bucket.arn, "name": bucket.bucket})
else:
    lower = pulumi.StackReference("lower", stack_name=f"{pulumi.get_organization()}/{pulumi.get_project()}/lower")
    k8s.core.v1.Namespace(
        "team",
        metadata=k8s.meta.v1.ObjectMetaArgs(
            name="team", annotations={"bucket": lower.require_output("bucket").apply(lambda found: found["arn"])}
        ),
        opts=pulumi.ResourceOptions(provider=cluster),
    )
