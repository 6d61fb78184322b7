"""A rule of what AWS itself puts on the internet: load balancers, front doors, addresses, public sides of services."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.resources import EVERY_KIND, JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value, all_of, any_of
from reference.vocabulary import EKS_CLUSTER, LAUNCH_TEMPLATE, NAT_GATEWAY, SUBNET

EIP, ZONE = "aws:ec2/eip:Eip", "aws:route53/zone:Zone"
NOTEBOOK_INSTANCE = "aws:sagemaker/notebookInstance:NotebookInstance"
LOAD_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
JUDGED_ELSEWHERE = (SUBNET, LAUNCH_TEMPLATE, EKS_CLUSTER)
"""Kinds whose public addresses NW-03 and NW-04 are about."""

FRONT_DOORS = (
    *(
        "aws:amplify/",
        "aws:apigateway/",
        "aws:apigatewayv2/",
        "aws:apprunner/",
        "aws:appstream/",
        "aws:appsync/",
    ),
    *(
        "aws:cloud9/",
        "aws:ec2/defaultSubnet:",
        "aws:ec2/defaultVpc:",
        "aws:cloudfront/",
        "aws:ecrpublic/",
        "aws:ec2/eipAssociation:",
        "aws:ec2/serialConsoleAccess:",
    ),
    *("aws:ec2/vpcBlockPublicAccessExclusion:", "aws:ec2transitgateway/instanceConnectEndpoint:"),
    *(
        "aws:elasticbeanstalk/",
        "aws:globalaccelerator/",
        "aws:iot/",
        "aws:lambda/functionUrl:",
        "aws:lightsail/",
    ),
    *("aws:mediastore/", "aws:quicksight/", "aws:s3/bucketWebsiteConfiguration", "aws:s3control/multiRegion"),
    *("aws:transfer/", "aws:verifiedaccess/", "aws:workspaces/", "aws:workspacesweb/"),
)
"""Beginnings of types that are there to be reached from outside of the VPC."""

PUBLIC: Mapping[str, tuple[Any, ...]] = {
    "publiclyAccessible": (True,),
    "associatePublicIpAddress": (True,),
    "assignPublicIp": (True,),
    "mapPublicIpOnLaunch": (True,),
    "directInternetAccess": ("Enabled",),
    "webserverAccessMode": ("PUBLIC_ONLY",),
    "appNetworkAccessType": ("PublicInternetOnly",),
    "endpointType": ("PUBLIC",),
    "connectivityInfo.publicAccess.type": ("SERVICE_PROVIDED_EIPS",),
}
"""Properties, of whatever resource, and the values by which it has a public address."""
PATHS = tuple((tuple(path.split(".")), values) for path, values in PUBLIC.items())


def _private(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if not subject.type.startswith("aws:") or subject.kind in JUDGED_ELSEWHERE:
        return
    door = subject.kind.startswith(FRONT_DOORS)
    yield claim(not door, "it is there to be reached from outside of the VPC")
    if subject.kind in (*LOAD_BALANCERS, CLASSIC):
        # Left out, a load balancer faces the internet.
        yield claim(subject.at("internal").equals(True), "`internal` is not true")
        for listener in subject.at("listeners").items():
            secured = listener.at("lbProtocol").test(lambda raw: str(raw).lower() in ("https", "ssl"))
            yield claim(secured, f"`{listener.path}.lbProtocol` is not HTTPS or SSL")
    elif subject.kind in LISTENERS:
        yield claim(_is_secured(subject), "`protocol` is not HTTPS or TLS")
    elif subject.kind == EIP:
        of_nat = stack.companions(subject, NAT_GATEWAY, "allocationId")
        unresolved = stack.unresolved(NAT_GATEWAY, "allocationId")
        yield claim(exists(of_nat, unresolved), "it is the address of no NatGateway of the stack")
    elif subject.kind == ZONE:
        yield claim(subject.at("vpcs").is_given, "`vpcs` is not set: the zone is public")
    elif subject.kind == NOTEBOOK_INSTANCE:
        # Left out, SageMaker gives it an interface of its own to the internet.
        yield claim(
            subject.at("directInternetAccess").equals("Disabled"), "`directInternetAccess` is not `Disabled`"
        )
    for path, values in PATHS:
        yield from _public_values(subject.value, path, values)


def _public_values(value: Value, path: tuple[str, ...], values: tuple[Any, ...]) -> Iterator[Claim]:
    found = value
    for key in path:
        found = found.key(key)
    if found.is_given is not Truth.NO:
        yield claim(
            ~any_of(found.equals(each) for each in values), f"`{found.path}` gives it a public address"
        )


def _is_secured(listener: Resource) -> Truth:
    secured = listener.at("protocol").one_of("HTTPS", "TLS")
    actions = listener.at("defaultActions").items()
    moved = all_of(action.at("redirect.protocol").equals("HTTPS") for action in actions)
    return secured | (moved & bool(actions))


RULES = (
    Rule(
        id="NW-14",
        name="no-public-entrance",
        title="Nothing of the account is reached from the internet",
        why="A front door of AWS is public unless it says otherwise, and no security group stands before many of them.",
        fix="Make it internal, or take it out; what has to be public is an exception that somebody answers for.",
        cluster="only the plan: it is about resources of AWS; of the cluster's own entrances NW-09 says more",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("FSBP RDS.2", "FSBP SageMaker.1", "FSBP Redshift.1", "FSBP DMS.1", "CKV_AWS_2", "SC-7"),
        scope="stack",
        kinds=EVERY_KIND,
        check=_private,
        note="The address of a NAT gateway is public and lets nothing in. Buckets are NW-06's, clusters NW-03's.",
    ),
)
