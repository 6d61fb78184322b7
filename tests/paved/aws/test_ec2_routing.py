"""Routes out of a VPC."""

TABLE = "aws:ec2/routeTable:RouteTable"


def test_a_nat_gateway_leads_out_through_the_internet_gateway(account):
    vpc = account.vpc()
    subnet = account.subnet(vpc, "use1-az2", "10.16.0.0/20")
    gateway, _ = account.create("aws:ec2/internetGateway:InternetGateway", {"vpcId": vpc})
    address, address_outputs = account.create("aws:ec2/eip:Eip", {"domain": "vpc"})
    nat, outputs = account.create(
        "aws:ec2/natGateway:NatGateway", {"allocationId": address, "subnetId": subnet}
    )
    table, _ = account.create(TABLE, {"vpcId": vpc})
    route = {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": nat}
    route_id, _ = account.create("aws:ec2/route:Route", route)
    association, _ = account.create(
        "aws:ec2/routeTableAssociation:RouteTableAssociation", {"routeTableId": table, "subnetId": subnet}
    )
    ec2 = account.client("ec2")
    (found,) = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    assert found["Attachments"][0]["VpcId"] == vpc
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    assert found["SubnetId"] == subnet
    assert found["NatGatewayAddresses"][0]["AllocationId"] == address
    assert outputs["publicIp"] == address_outputs["publicIp"]
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert {r["DestinationCidrBlock"]: r.get("NatGatewayId") for r in found["Routes"]}["0.0.0.0/0"] == nat
    assert found["Associations"][0]["RouteTableAssociationId"] == association
    assert found["Associations"][0]["SubnetId"] == subnet
    assert route_id == f"r-{table}1080289494"  # the provider's own: CRC-32 of the destination


def test_a_route_over_a_gateway_that_is_not_there_is_refused(account):
    table, _ = account.create(TABLE, {"vpcId": account.vpc()})
    route = {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-0123456789abcdef0"}
    assert account.rejections("aws:ec2/route:Route", route)
