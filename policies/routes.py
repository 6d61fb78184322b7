"""Routes of subnets: the tables that they use, and where these lead, whichever way a route is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.resources import JudgedStack, Resource
from policies.values import Truth, Value, any_of
from reference.vocabulary import INTERNET_GATEWAY, ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION, VPC

DEFAULT_ROUTE_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
TABLES = (ROUTE_TABLE, DEFAULT_ROUTE_TABLE)


@dataclass(frozen=True)
class RouteOf:
    """One route, and the resource that says it: a Route, or the table itself in its `routes`."""

    resource: Resource
    value: Value

    def targets(self, stack: JudgedStack, key: str, kind: str) -> bool:
        """Whether a property of the route refers to a resource of a kind."""
        own = self.value.path == ""
        return bool(stack.targets(self.resource, key if own else "routes", kind))


def routes_in(subject: Resource) -> Iterator[RouteOf]:
    """The routes that one resource says."""
    if subject.kind == ROUTE:
        yield RouteOf(subject, subject.value)
    else:
        for value in subject.at("routes").items():
            yield RouteOf(subject, value)


def reaches_internet(subnet: Resource, stack: JudgedStack) -> Truth:
    """Whether a table of the subnet sends anything to an internet gateway."""
    found: list[Truth] = []
    for table in _tables_of(subnet, stack):
        found += [_is_public(route, stack) for route in _routes_of(table, stack)]
    return any_of(found)


def _tables_of(subnet: Resource, stack: JudgedStack) -> list[Resource]:
    tables: list[Resource] = []
    for association in stack.companions(subnet, ROUTE_TABLE_ASSOCIATION, "subnetId"):
        tables += stack.targets(association, "routeTableId")
    if tables:
        return tables
    # A subnet that nobody associates uses the main table of its VPC.
    for vpc in stack.targets(subnet, "vpcId", VPC):
        tables += [vpc, *stack.companions(vpc, DEFAULT_ROUTE_TABLE, "defaultRouteTableId")]
        for main in stack.companions(vpc, MAIN_ASSOCIATION, "vpcId"):
            tables += stack.targets(main, "routeTableId")
    return tables


def _routes_of(table: Resource, stack: JudgedStack) -> list[RouteOf]:
    found = list(routes_in(table)) if table.kind in TABLES else []
    for route in stack.companions(table, ROUTE, "routeTableId"):
        found += routes_in(route)
    return found


def _is_public(route: RouteOf, stack: JudgedStack) -> Truth:
    gateway = route.value.at("gatewayId")
    if gateway.is_known:
        return gateway.test(lambda raw: str(raw).startswith("igw-"))
    return Truth.YES if route.targets(stack, "gatewayId", INTERNET_GATEWAY) else Truth.UNSURE
