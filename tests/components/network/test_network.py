import json
from dataclasses import replace
from itertools import product

import pytest

from components.account import Account
from components.network.endpoint_policies import Outsiders
from components.network.endpoints import SERVICES, EndpointOptions
from components.network.flow_logs import FlowLogsArgs, write_policy
from components.network.network import Network, NetworkArgs
from reference.vocabulary import UNKNOWN

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ZONES = ("use1-az2", "use1-az4", "use1-az6")
FLOW_LOGS = FlowLogsArgs(
    account=ACCOUNT,
    log_group="/paved/foundation-prod/flow-logs",
    retention_days=400,
    role_name="paved-foundation-prod-flow-logs",
    key_arn="arn:aws:kms:us-east-1:111122223333:key/0f6e",
    protect=True,
)
ARGS = NetworkArgs(
    account=ACCOUNT,
    name="paved-foundation-prod",
    cidr="10.16.0.0/16",
    zones=ZONES,
    nat="per_zone",
    private_tags={"karpenter.sh/discovery": "paved-foundation-prod"},
    endpoints=EndpointOptions(private_mlflow=False),
    flow_logs=FLOW_LOGS,
    protect=True,
)

NAT = "aws:ec2/natGateway:NatGateway"
ROUTE = "aws:ec2/route:Route"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@pytest.fixture
def plan_network(plan_program):
    def plan(**changes):
        return plan_program(lambda: Network("net", replace(ARGS, **changes)))

    return plan


@pytest.fixture
def planned(plan_network):
    return plan_network()


def routes_to(planned, key):
    return {route.name: route for route in planned.of(ROUTE) if key in route.inputs}


def test_plan_matches_golden(planned, golden):
    golden("components/network.json", planned.as_json()["resources"])


def test_each_zone_has_each_kind_of_subnet_by_its_id(planned):
    found = {(subnet.name, subnet.inputs["availabilityZoneId"]) for subnet in planned.of(SUBNET)}
    tiers = ("private", "public", "intra")
    assert found == {(f"net-{tier}-{zone}", zone) for tier, zone in product(tiers, ZONES)}


def test_no_subnet_gives_instances_a_public_address(planned):
    assert all(subnet.inputs["mapPublicIpOnLaunch"] is False for subnet in planned.of(SUBNET))


def test_only_private_subnets_are_marked_for_nodes(planned):
    marked = {s.name for s in planned.of(SUBNET) if "karpenter.sh/discovery" in s.inputs["tags"]}
    assert marked == {f"net-private-{zone}" for zone in ZONES}


def test_each_zone_has_a_gateway_of_its_own(planned):
    assert {gateway.name for gateway in planned.of(NAT)} == {f"net-egress-nat-{zone}" for zone in ZONES}


def test_a_private_subnet_leaves_through_its_own_zone(planned):
    for zone in ZONES:
        route = planned.one(ROUTE, f"net-egress-private-{zone}")
        [gateway] = [urn for urn in route.depends_on if NAT in urn]
        assert gateway.endswith(f"net-egress-nat-{zone}")


def test_a_single_gateway_serves_every_zone(plan_network):
    planned = plan_network(nat="single")
    [gateway] = planned.of(NAT)
    private = routes_to(planned, "natGatewayId").values()
    assert len(private) == 3
    assert all(gateway.urn in route.depends_on for route in private)


def test_more_gateways_change_no_route_table(plan_network):
    def tables(nat):
        return {table.urn for table in plan_network(nat=nat).of("aws:ec2/routeTable:RouteTable")}

    assert tables("single") == tables("per_zone")


def test_only_the_public_table_leads_to_the_internet_gateway(planned):
    assert set(routes_to(planned, "gatewayId")) == {"net-egress-public"}


def test_a_gateway_comes_after_the_way_out_and_goes_before_it(planned):
    public = planned.one(ROUTE, "net-egress-public")
    assert all(public.urn in gateway.depends_on for gateway in planned.of(NAT))


def test_intra_subnets_have_no_way_out(planned):
    intra = planned.one("aws:ec2/routeTable:RouteTable", "net-intra")
    assert not [route for route in planned.of(ROUTE) if intra.urn in route.depends_on]
    for zone in ZONES:
        association = planned.one("aws:ec2/routeTableAssociation:RouteTableAssociation", f"net-intra-{zone}")
        assert intra.urn in association.depends_on


def test_the_default_security_group_has_no_rule(planned):
    group = planned.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert group.inputs["ingress"] == [] == group.inputs["egress"]


def test_what_nodes_and_controllers_call_has_an_endpoint(planned):
    names = {endpoint.inputs["serviceName"] for endpoint in planned.of(ENDPOINT)}
    assert names == {f"com.amazonaws.us-east-1.{service}" for service in ("s3", *SERVICES)}


def test_mlflow_has_an_endpoint_where_it_was_asked_for(planned, plan_network):
    name = "net-endpoints-mlflow"
    assert name not in {endpoint.name for endpoint in planned.of(ENDPOINT)}
    endpoint = plan_network(endpoints=EndpointOptions(private_mlflow=True)).one(ENDPOINT, name)
    assert endpoint.inputs["serviceName"] == "aws.sagemaker.us-east-1.experiments"
    assert endpoint.inputs["privateDnsEnabled"] is True


def test_interface_endpoints_answer_under_the_services_own_names(planned):
    interfaces = [e for e in planned.of(ENDPOINT) if e.inputs["vpcEndpointType"] == "Interface"]
    assert len(interfaces) == len(SERVICES)
    assert all(e.inputs["privateDnsEnabled"] is True and len(e.inputs["subnetIds"]) == 3 for e in interfaces)


def test_s3_is_reached_without_paying_nat(planned):
    gateway = planned.one(ENDPOINT, "net-endpoints-s3")
    assert gateway.inputs["vpcEndpointType"] == "Gateway"
    assert gateway.inputs["routeTableIds"] == [UNKNOWN] * 4


def test_s3_has_addresses_in_the_vpc_where_pods_are_held_to_it(planned, plan_network):
    name = "net-endpoints-s3-interface"
    assert name not in {endpoint.name for endpoint in planned.of(ENDPOINT)}
    held = plan_network(endpoints=EndpointOptions(private_mlflow=False, private_buckets=True))
    inside, gateway = held.one(ENDPOINT, name).inputs, held.one(ENDPOINT, "net-endpoints-s3").inputs
    assert inside["serviceName"] == gateway["serviceName"] == "com.amazonaws.us-east-1.s3"
    assert inside["vpcEndpointType"] == "Interface"
    # Else the names of S3 lead to it from outside of the VPC alone.
    assert inside["privateDnsEnabled"] is True
    assert inside["dnsOptions"] == {"privateDnsOnlyForInboundResolverEndpoint": False}
    assert len(inside["subnetIds"]) == 3
    assert inside["policy"] == gateway["policy"]


def test_endpoints_admit_https_from_the_vpc_alone(planned):
    [rule] = planned.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert {k: rule.inputs[k] for k in ("cidrIpv4", "ipProtocol", "fromPort", "toPort")} == {
        "cidrIpv4": "10.16.0.0/16",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
    }
    group = planned.one("aws:ec2/securityGroup:SecurityGroup")
    assert not group.inputs.get("ingress") and not group.inputs.get("egress")


def test_all_traffic_is_logged_encrypted_and_for_as_long_as_asked(planned):
    assert planned.one("aws:ec2/flowLog:FlowLog").inputs["trafficType"] == "ALL"
    group = planned.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert group["retentionInDays"] == 400
    assert group["kmsKeyId"] == FLOW_LOGS.key_arn


def test_flow_logs_write_to_their_own_group():
    statements = json.loads(write_policy(ACCOUNT, "/paved/a"))["Statement"]
    [write] = [s for s in statements if "logs:PutLogEvents" in s["Action"]]
    assert write["Resource"] == [
        "arn:aws:logs:us-east-1:111122223333:log-group:/paved/a",
        "arn:aws:logs:us-east-1:111122223333:log-group:/paved/a:*",
    ]


@pytest.mark.parametrize("protect", [True, False])
def test_the_vpc_and_its_records_are_protected_as_asked(plan_network, protect):
    planned = plan_network(protect=protect, flow_logs=replace(FLOW_LOGS, protect=protect))
    assert planned.one("aws:ec2/vpc:Vpc").protect is protect
    assert planned.one("aws:cloudwatch/logGroup:LogGroup").protect is protect


def test_swapping_a_zone_moves_no_other_subnet(plan_network):
    def cidrs(zones):
        return {s.name: s.inputs["cidrBlock"] for s in plan_network(zones=zones).of(SUBNET)}

    before, after = cidrs(ZONES), cidrs(("use1-az6", "use1-az1", "use1-az2"))
    kept = before.keys() & after
    assert len(kept) == 6
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}


def test_every_endpoint_has_a_policy(plan_network):
    planned = plan_network(
        endpoints=EndpointOptions(private_mlflow=True, outsiders=Outsiders(public_buckets=("open-data",)))
    )
    policies = {endpoint.name: endpoint.inputs["policy"] for endpoint in planned.of(ENDPOINT)}
    assert all("aws:PrincipalAccount" in policy for policy in policies.values())
    assert {name for name, policy in policies.items() if "open-data" in policy} == {"net-endpoints-s3"}
