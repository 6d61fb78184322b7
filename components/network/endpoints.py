"""AWS services reached from inside the VPC, so that a node can boot and pull images without the internet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.network.endpoint_policies import bucket_endpoint_policy, service_endpoint_policy

SERVICES = (
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",  # Pod Identity
    "elasticloadbalancing",
    "kms",
    "logs",
    "secretsmanager",
    "sns",
    "sqs",  # the interruption queue
    "ssm",
    "ssmmessages",
    "sts",
)
"""What nodes and the platform's controllers call. S3 has a gateway endpoint, which costs nothing."""


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Where the endpoints live and who may reach them."""

    account: Account
    name: str  # physical
    vpc_id: Input[str]
    vpc_cidr: str
    subnet_ids: Mapping[str, Input[str]]  # zone -> subnet
    private_mlflow: bool  # SageMaker's MLflow servers as well
    public_buckets: Sequence[str]  # those of others that may be read
    further: Sequence[str] = ()  # services beside SERVICES
    route_table_ids: Sequence[Input[str]]


class Endpoints(ComponentResource):
    """A gateway endpoint for S3, and an interface endpoint with private DNS for each service.

    None lets through what is not the account's own, but for reading what nodes and pods start from.
    """

    def __init__(self, name: str, args: EndpointsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:network:Endpoints", name, {}, opts)
        group = self._make_group(name, args)
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            service_name=service_name(args.account, "s3"),
            vpc_endpoint_type="Gateway",
            policy=bucket_endpoint_policy(args.account, args.public_buckets),
            route_table_ids=args.route_table_ids,
            tags={"Name": f"{args.name}-s3"},
            opts=ResourceOptions(parent=self),
        )
        services = {service: service_name(args.account, service) for service in (*SERVICES, *args.further)}
        if args.private_mlflow:
            services["mlflow"] = mlflow_service_name(args.account)
        for service, full_name in services.items():
            aws.ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=args.vpc_id,
                service_name=full_name,
                vpc_endpoint_type="Interface",
                subnet_ids=list(args.subnet_ids.values()),
                security_group_ids=[group.id],
                private_dns_enabled=True,
                policy=service_endpoint_policy(args.account, service),
                tags={"Name": f"{args.name}-{service}"},
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})

    def _make_group(self, name: str, args: EndpointsArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            name,
            name=args.name,
            description="AWS service endpoints: HTTPS from the VPC and nothing out",
            vpc_id=args.vpc_id,
            tags={"Name": args.name},
            opts=ResourceOptions(parent=self),
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-https",
            security_group_id=group.id,
            description="HTTPS from the VPC",
            cidr_ipv4=args.vpc_cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=ResourceOptions(parent=self),
        )
        return group


def service_name(account: Account, service: str) -> str:
    """The name of a service's endpoint in this region."""
    return f"com.amazonaws.{account.region}.{service}"


def mlflow_service_name(account: Account) -> str:
    """The name of the endpoint of SageMaker's MLflow servers, which does not follow the others'."""
    return f"aws.sagemaker.{account.region}.experiments"
