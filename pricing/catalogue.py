"""The catalogue of resource types: a pricing function for each that is charged for, a reason for each that is free."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from pricing import cluster, detection, managed_services, network, node_pools, storage, telemetry
from pricing.cost_components import CostComponent, free, gap
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at
from reference.vocabulary import (
    AMP_WORKSPACE,
    CLOUD_CONTROL_RESOURCE,
    METRIC_ALARM,
    NODE_POOL,
    RESOURCE_QUOTA,
    TRACE_DESTINATION,
)

Pricer = Callable[[PricedResource, PricingInputs], Iterator[CostComponent]]

AWS = "aws:"

PRICERS: Mapping[str, Pricer] = MappingProxyType(
    {
        "aws:accessanalyzer/analyzer:Analyzer": detection.analyzer,
        "aws:cfg/recorder:Recorder": detection.recorder,
        "aws:cloudtrail/trail:Trail": detection.trail,
        AMP_WORKSPACE: telemetry.workspace,
        TRACE_DESTINATION: telemetry.spans,
        "aws:backup/vault:Vault": storage.backup_vault,
        "aws:budgets/budgetAction:BudgetAction": managed_services.budget_action,
        METRIC_ALARM: managed_services.alarm,
        "aws:cloudwatch/logGroup:LogGroup": storage.log_group,
        "aws:ec2/eip:Eip": network.address,
        "aws:ec2/natGateway:NatGateway": network.nat_gateway,
        "aws:ec2/vpcEndpoint:VpcEndpoint": network.vpc_endpoint,
        "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": storage.scanning,
        "aws:ecr/repository:Repository": storage.repository,
        "aws:eks/cluster:Cluster": cluster.cluster,
        "aws:eks/nodeGroup:NodeGroup": cluster.node_group,
        "aws:fsx/lustreFileSystem:LustreFileSystem": storage.file_system,
        "aws:guardduty/detector:Detector": detection.detector,
        "aws:guardduty/detectorFeature:DetectorFeature": detection.detector_feature,
        "aws:kms/key:Key": managed_services.key,
        "aws:s3/bucket:Bucket": storage.bucket,
        "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": managed_services.tracking_server,
        "aws:sns/topic:Topic": managed_services.topic,
        "aws:sqs/queue:Queue": managed_services.queue,
        storage.VOLUME_CLAIM: storage.claim,
        RESOURCE_QUOTA: storage.quota,
        "kubernetes:core/v1:Service": network.load_balancer,
        "kubernetes:helm.sh/v3:Release": storage.claimed_volumes,
        NODE_POOL: node_pools.node_pool,
        "kubernetes:networking.k8s.io/v1:Ingress": network.load_balancer,
    }
)


def charges(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """Yield the cost components of a resource. An AWS type that nobody priced is a gap; other objects are free."""
    if pricer := PRICERS.get(resource.type):
        yield from pricer(resource, pricing_inputs)
    elif resource.type.startswith(AWS):
        kind = at(resource.inputs, "typeName") if resource.type == CLOUD_CONTROL_RESOURCE else resource.type
        known = pricing_inputs.rates.book.free(str(kind))
        yield free(known.why, known.source) if known else gap("everything", f"nobody has priced {kind}")
