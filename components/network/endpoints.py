"""AWS services reached from inside the VPC, so that a node can boot and pull images without the internet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.network.endpoint_policies import Outsiders, bucket_endpoint_policy, service_endpoint_policy

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
"""The services that nodes, controllers and pods of teams call. S3 has a gateway endpoint, which costs nothing."""


@dataclass(frozen=True, kw_only=True)
class EndpointOptions:
    """The endpoints that a VPC has beside those of every VPC, and who is let through beside the account."""

    private_mlflow: bool  # of SageMaker's MLflow servers
    private_buckets: bool = False  # S3 has addresses in the VPC, which pods may be held to
    outsiders: Outsiders = field(default_factory=Outsiders)
    extra_services: Sequence[str] = ()  # beside SERVICES


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """The VPC of the endpoints, and its subnets and route tables that lead to them."""

    account: Account
    name: str  # physical
    options: EndpointOptions
    vpc_id: Input[str]
    vpc_cidr: str
    subnet_ids: Mapping[str, Input[str]]  # zone -> subnet
    route_table_ids: Sequence[Input[str]]


class Endpoints(ComponentResource):
    """A gateway endpoint for S3, and an interface endpoint with private DNS for each service, S3 among them if asked.

    They carry the account's own traffic alone, but for the reads that nodes and pods start with.
    """

    def __init__(self, name: str, args: EndpointsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:network:Endpoints", name, {}, opts)
        group = self._make_group(name, args)
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            service_name=service_name(args.account, "s3"),
            vpc_endpoint_type="Gateway",
            policy=bucket_endpoint_policy(args.account, args.options.outsiders),
            route_table_ids=args.route_table_ids,
            tags={"Name": f"{args.name}-s3"},
            opts=ResourceOptions(parent=self),
        )
        for service, full_name in interface_services(args.account, args.options).items():
            policy = service_endpoint_policy(args.account, service, args.options.outsiders)
            self._make_interface(f"{name}-{service}", args, group, service, full_name, policy)
        if args.options.private_buckets:
            self._make_bucket_interface(name, args, group)
        self.register_outputs({})

    def _make_bucket_interface(self, name: str, args: EndpointsArgs, group: aws.ec2.SecurityGroup) -> None:
        full_name = service_name(args.account, "s3")
        policy = bucket_endpoint_policy(args.account, args.options.outsiders)
        # Else the names lead here from outside of the VPC alone, and pods to the gateway by public addresses.
        names = aws.ec2.VpcEndpointDnsOptionsArgs(private_dns_only_for_inbound_resolver_endpoint=False)
        self._make_interface(f"{name}-s3-interface", args, group, "s3-interface", full_name, policy, names)

    def _make_interface(
        self,
        name: str,
        args: EndpointsArgs,
        group: aws.ec2.SecurityGroup,
        service: str,
        full_name: str,
        policy: str,
        dns_options: aws.ec2.VpcEndpointDnsOptionsArgs | None = None,
    ) -> None:
        aws.ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=full_name,
            vpc_endpoint_type="Interface",
            subnet_ids=list(args.subnet_ids.values()),
            security_group_ids=[group.id],
            private_dns_enabled=True,
            dns_options=dns_options,
            policy=policy,
            tags={"Name": f"{args.name}-{service}"},
            opts=ResourceOptions(parent=self),
        )

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


def interface_services(account: Account, options: EndpointOptions) -> dict[str, str]:
    """The services with an interface endpoint, and the full name of each."""
    services = {service: service_name(account, service) for service in (*SERVICES, *options.extra_services)}
    if options.private_mlflow:
        services["mlflow"] = mlflow_service_name(account)
    return services


def service_name(account: Account, service: str) -> str:
    """The name of a service's endpoint in this region."""
    return f"com.amazonaws.{account.region}.{service}"


def mlflow_service_name(account: Account) -> str:
    """The name of the endpoint of SageMaker's MLflow servers, which does not follow the others'."""
    return f"aws.sagemaker.{account.region}.experiments"
