"""The cost of the network: gateways, addresses and endpoints by the hour, and the data through them."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import CostComponent, free, gap, metered
from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.rates import Rate
from pricing.resources import PricedResource, at, items
from reference.prices import Family

ALWAYS = CostRange.flat(HOURS_A_MONTH)


def nat_gateway(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """A NAT gateway, and what goes through it."""
    yield metered("NAT gateway", pricing_inputs.rates.service("nat-gateway", Family.NAT), ALWAYS)
    yield _data(
        "data through NAT",
        pricing_inputs.rates.service("nat-gateway-data", Family.NAT),
        "nat_gb",
        pricing_inputs,
    )


def address(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """A public IPv4 address, in use or idle."""
    yield metered("public IPv4 address", pricing_inputs.rates.service("public-ipv4"), ALWAYS)


def vpc_endpoint(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """An interface endpoint in each of its subnets; a gateway endpoint is free."""
    kind = at(resource.inputs, "vpcEndpointType")
    if kind == "Gateway":
        yield free("gateway endpoint", "free (infracost 95ba4f49 golden vpc_endpoint_test)")
        return
    subnets = items(at(resource.inputs, "subnetIds"))
    if kind != "Interface" or not subnets:
        yield gap("endpoint", "its kind or its subnets are not known before `up`")
        return
    hours = CostRange.flat(HOURS_A_MONTH * len(subnets))
    yield metered(
        "interface endpoint",
        pricing_inputs.rates.service("interface-endpoint"),
        hours,
        note=f"in {len(subnets)} zones",
    )
    # What is trained on and saved, and the layers of images, go through that of S3.
    to_buckets = str(at(resource.inputs, "serviceName")).endswith(".s3")
    yield _data(
        "data through the endpoint",
        pricing_inputs.rates.service("interface-endpoint-data"),
        "bucket_gb" if to_buckets else "endpoint_gb",
        pricing_inputs,
    )


def load_balancer(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The load balancer that the controller creates for a Service of that type or an Ingress."""
    is_service = resource.type.endswith(":Service")
    if is_service and at(resource.inputs, "spec", "type") != "LoadBalancer":
        return
    capacity = "network" if is_service else "application"
    yield metered("load balancer", pricing_inputs.rates.service("load-balancer"), ALWAYS)
    yield metered("its capacity", pricing_inputs.rates.service(f"{capacity}-load-balancer-capacity"), None)


def _data(what: str, rate: Rate, key: str, pricing_inputs: PricingInputs) -> CostComponent:
    assumed = pricing_inputs.usage.amount(key)
    quantity = CostRange.usage(Decimal(assumed.amount))
    return metered(
        what, rate, quantity, assumed=True, starred=assumed.is_default, note=f"{assumed.amount:f} GB"
    )
