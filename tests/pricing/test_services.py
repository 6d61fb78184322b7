"""Everything that is not a pool, checked by hand at round prices."""

from datetime import date
from decimal import Decimal

import pytest

from pricing.cost_components import CostKind
from pricing.usage import Usage


def test_a_nat_gateway_costs_its_hours_and_what_goes_through_it(charged, fake, figures):
    found = charged(fake(type="aws:ec2/natGateway:NatGateway"))
    assert figures(found["NAT gateway"]) == ("32.85",) * 4  # 730 x 0.045
    assert figures(found["data through NAT"]) == ("0.00", "22.50", "22.50", "22.50")  # 500 GB
    assert found["data through NAT"].starred


def test_declared_data_is_not_starred(charged, fake, figures):
    usage = Usage(amounts={"nat_gb": Decimal(10_000)})
    data = charged(fake(type="aws:ec2/natGateway:NatGateway"), usage=usage)["data through NAT"]
    assert (figures(data)[2], data.starred) == ("450.00", False)


def test_a_nat_gateway_without_a_price_fails_closed_and_a_key_does_not(charged, fake, book):
    gone = book(nat_gateway=None, kms_key=None)
    nat = charged(fake(type="aws:ec2/natGateway:NatGateway"), book=gone)["NAT gateway"]
    key = charged(fake(type="aws:kms/key:Key"), book=gone)["KMS key"]
    assert (nat.kind, key.kind) == (CostKind.UNPRICED, CostKind.UNPRICED)
    assert (nat.fails_closed, key.fails_closed) == (True, False)


def test_the_endpoint_of_s3_carries_what_is_trained_on_and_others_do_not(charged, fake, figures):
    inputs = {"vpcEndpointType": "Interface", "subnetIds": ["a", "b", "c"]}

    def data(service):
        named = {**inputs, "serviceName": f"com.amazonaws.us-east-1.{service}"}
        endpoint = fake(type="aws:ec2/vpcEndpoint:VpcEndpoint", inputs=named)
        return charged(endpoint)["data through the endpoint"]

    assert figures(data("s3"))[1] == "10.00"  # 1000 GB x 0.01
    assert figures(data("sts"))[1] == "0.10"
    assert data("s3").note == "1000 GB"


def test_interface_endpoints_cost_by_zone_and_gateway_endpoints_nothing(charged, fake, figures):
    type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    interface = charged(fake(type=type, inputs={"vpcEndpointType": "Interface", "subnetIds": [object()] * 3}))
    assert figures(interface["interface endpoint"]) == ("21.90",) * 4  # 3 x 730 x 0.01
    gateway = charged(fake(type=type, inputs={"vpcEndpointType": "Gateway"}))["gateway endpoint"]
    assert (gateway.kind, gateway.amount) == (CostKind.FREE, None)


@pytest.mark.parametrize(
    ("support", "day", "usd"),
    [
        ("STANDARD", date(2027, 3, 27), "73.00"),
        ("EXTENDED", date(2027, 3, 27), "73.00"),
        ("EXTENDED", date(2027, 3, 28), "438.00"),
        ("STANDARD", date(2027, 3, 28), "73.00"),  # AWS has upgraded it by then
    ],
)
def test_the_control_plane_is_six_times_as_dear_in_extended_support(
    charged, fake, figures, support, day, usd
):
    cluster = fake(
        type="aws:eks/cluster:Cluster",
        inputs={"version": "1.35", "upgradePolicy": {"supportType": support}},
    )
    (plane,) = charged(cluster, as_of=day).values()
    assert figures(plane) == (usd,) * 4
    assert plane.note.startswith("extended") == (usd == "438.00")


def test_a_cluster_of_a_version_that_no_release_has_is_a_gap(charged, fake):
    assert (
        charged(fake(type="aws:eks/cluster:Cluster", inputs={"version": "1.10"}))["control plane"].amount
        is None
    )


def test_managed_nodes_stand_between_their_least_and_their_most(charged, fake, figures):
    group = fake(
        type="aws:eks/nodeGroup:NodeGroup",
        parent="urn:parent",
        inputs={
            "instanceTypes": ["m7i.2xlarge", "m7i.large"],
            "scalingConfig": {"minSize": 3, "desiredSize": 4, "maxSize": 9},
        },
    )
    template = fake(
        type="aws:ec2/launchTemplate:LaunchTemplate",
        parent="urn:parent",
        inputs={"blockDeviceMappings": [{"ebs": {"volumeSize": 100}}]},
    )
    found = charged(group, template)
    # 3 x 0.10, 4 x 0.10, 4 x 0.40 and 9 x 0.40, each for 730 h.
    assert figures(found["nodes"]) == ("219.00", "292.00", "1168.00", "2628.00")
    assert figures(found["root volumes gp3"]) == ("24.00", "32.00", "32.00", "72.00")


@pytest.mark.parametrize("lost", ["instanceTypes", "scalingConfig"])
def test_managed_nodes_that_nobody_knows_fail_closed(charged, fake, lost):
    known = {"instanceTypes": ["m7i.large"], "scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 1}}
    group = fake(type="aws:eks/nodeGroup:NodeGroup", inputs={**known, lost: object()})
    assert charged(group)["nodes"].fails_closed


def test_a_bucket_is_priced_by_its_contents_and_not_by_its_requests(charged, fake, figures):
    found = charged(fake(type="aws:s3/bucket:Bucket", name="vision-prod-datasets"))
    assert figures(found["stored, S3 Standard"])[2] == "23.00"  # 1000 GiB
    assert found["requests that read"].kind is CostKind.USAGE
    other = charged(fake(type="aws:s3/bucket:Bucket", name="somebody-elses"))
    assert other["stored, S3 Standard"].kind is CostKind.USAGE


def test_logs_are_paid_when_written_and_while_kept(charged, fake, figures):
    parent = fake(type="paved:network:FlowLogs", name="logs", custom=False)
    group = fake(type="aws:cloudwatch/logGroup:LogGroup", parent=parent.urn, inputs={"retentionInDays": 300})
    found = charged(group, parent, usage=Usage(amounts={"flow_log_gb": Decimal(10)}))
    assert figures(found["logs written"])[2] == "5.00"
    assert figures(found["logs kept"])[2] == "2.96"  # 300 days of 10 GB a month of 730 hours at 0.03


def test_keys_addresses_and_images(charged, fake, figures):
    assert figures(charged(fake(type="aws:kms/key:Key"))["KMS key"]) == ("1.00",) * 4
    assert figures(charged(fake(type="aws:ec2/eip:Eip"))["public IPv4 address"]) == ("3.65",) * 4
    images = charged(
        fake(type="aws:ecr/repository:Repository"), usage=Usage(amounts={"images_gib": Decimal(70)})
    )
    assert figures(images["images stored"])[2] == "7.00"


def test_a_file_system_is_paid_by_capacity_and_kind(charged, fake, figures):
    type = "aws:fsx/lustreFileSystem:LustreFileSystem"
    fast = {"storageCapacity": 1200, "deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": 250}
    assert figures(charged(fake(type=type, inputs=fast))["FSx for Lustre"]) == ("252.00",) * 4
    scratch = {"storageCapacity": 1200, "deploymentType": "SCRATCH_2"}
    assert figures(charged(fake(type=type, inputs=scratch))["FSx for Lustre"]) == ("168.00",) * 4
    assert (
        charged(fake(type=type, inputs=fast | {"perUnitStorageThroughput": 500}))["FSx for Lustre"].amount
        is None
    )


def test_volumes_that_a_chart_claims_count_for_every_replica(charged, fake, figures):
    claim = {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": "100Gi"}}}}}
    values = {
        "prometheus": {"prometheusSpec": {"replicas": 2, "storageSpec": claim}},
        "other": {"storage": claim},
    }
    chart = fake(type="kubernetes:helm.sh/v3:Release", inputs={"values": values})
    assert figures(charged(chart)["claimed volumes gp3"]) == ("24.00",) * 4  # 300 GiB at 0.08
    assert charged(fake(type="kubernetes:helm.sh/v3:Release", inputs={"values": {}})) == {}


def test_a_claim_of_a_static_volume_is_priced_where_the_volume_is(charged, fake, figures):
    spec = {"resources": {"requests": {"storage": "50Gi"}}}
    claim = fake(type="kubernetes:core/v1:PersistentVolumeClaim", inputs={"spec": spec})
    assert figures(charged(claim)["claimed volume gp3"]) == ("4.00",) * 4
    static = fake(
        type="kubernetes:core/v1:PersistentVolumeClaim", inputs={"spec": {**spec, "volumeName": "fsx"}}
    )
    assert charged(static) == {}


def test_only_a_service_of_type_load_balancer_costs_something(charged, fake, figures):
    type = "kubernetes:core/v1:Service"
    balanced = charged(fake(type=type, inputs={"spec": {"type": "LoadBalancer"}}))
    assert figures(balanced["load balancer"]) == ("14.60",) * 4
    assert balanced["its capacity"].kind is CostKind.USAGE
    assert charged(fake(type=type, inputs={"spec": {"type": "ClusterIP"}})) == {}


def test_a_free_type_says_who_says_so_and_an_unheard_of_one_is_a_gap(charged, fake):
    (role,) = charged(fake(type="aws:iam/role:Role")).values()
    assert (role.kind, role.note) == (CostKind.FREE, "a test")
    (database,) = charged(fake(type="aws:rds/instance:Instance")).values()
    assert (database.kind, database.note) == (
        CostKind.UNPRICED,
        "nobody has priced aws:rds/instance:Instance",
    )


def test_a_discount_is_taken_off_its_family_alone(charged, pool, fake, figures):
    discounts = {"accelerators": Decimal(10)}
    nodes = charged(*pool(), discounts=discounts)["GPU nodes"]
    assert figures(nodes)[3] == "131400.00"  # 146000 less a tenth
    assert figures(charged(fake(type="aws:kms/key:Key"), discounts=discounts)["KMS key"])[0] == "1.00"


def test_a_tracking_server_costs_every_hour_by_its_size(charged, fake, figures):
    type = "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer"
    found = charged(fake(type=type, inputs={"trackingServerSize": "Medium"}))
    assert figures(found["MLflow server"]) == ("759.20",) * 4  # 730 x 1.04
    assert found["MLflow metadata"].kind is CostKind.USAGE
    unknown = charged(fake(type=type, inputs={"trackingServerSize": object()}))["MLflow server"]
    assert (unknown.kind, unknown.note) == (CostKind.UNPRICED, "its size is not known before `up`")


def test_a_budget_with_an_action_may_be_one_of_the_two_that_are_free(charged, fake, figures):
    found = charged(fake(type="aws:budgets/budgetAction:BudgetAction"))["budget with an action"]
    assert figures(found) == ("0.00", "0.00", "3.04", "3.04")  # 730 / 24 x 0.10


@pytest.mark.parametrize(
    ("scan_type", "kinds"),
    [("ENHANCED", [CostKind.USAGE, CostKind.UNPRICED]), ("BASIC", [CostKind.FREE])],
)
def test_enhanced_scans_are_paid_one_by_one_and_basic_ones_are_free(charged, fake, book, scan_type, kinds):
    type = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
    found = charged(fake(type=type, inputs={"scanType": scan_type}), book=book(inspector_image_scans="0.09"))
    assert [each.kind for each in found.values()] == kinds


def test_backups_have_a_rate_by_the_gigabyte(charged, fake, book):
    [kept] = charged(fake(type="aws:backup/vault:Vault"), book=book(backup_storage="0.05")).values()
    assert (kept.kind, kept.note) == (CostKind.USAGE, "0.05 USD each unit")


def quota_of(fake, hard, namespace="vision"):
    return fake(
        type="kubernetes:core/v1:ResourceQuota",
        inputs={"metadata": {"namespace": namespace}, "spec": {"hard": hard}},
    )


def claim_of(fake, size, namespace):
    spec = {"resources": {"requests": {"storage": size}}, "volumeName": "v"}
    inputs = {"metadata": {"namespace": namespace}, "spec": spec}
    return fake(type="kubernetes:core/v1:PersistentVolumeClaim", name=f"{namespace}{size}", inputs=inputs)


def test_storage_counts_up_to_its_quota_beside_the_claims_of_the_plan(charged, fake, figures):
    others = [claim_of(fake, "1000Gi", "vision"), claim_of(fake, "4000Gi", "ranking")]
    found = charged(quota_of(fake, {"requests.storage": "3000Gi"}), *others)["volumes that pods claim, gp3"]
    # 2000 GiB at 0.08 at most; 100 GiB where nobody declares it.
    assert figures(found) == ("0.00", "8.00", "8.00", "160.00")
    assert found.starred


def test_claims_that_are_declared_go_no_further_than_the_quota(charged, fake, figures):
    usage = Usage(amounts={"volumes_gib": Decimal(500)})
    found = charged(quota_of(fake, {"requests.storage": "50Gi"}), usage=usage)["volumes that pods claim, gp3"]
    assert figures(found) == ("0.00", "4.00", "4.00", "4.00")
    assert not found.starred


def test_a_quota_without_storage_is_free_and_an_unknown_one_is_a_gap(charged, fake):
    assert charged(quota_of(fake, {"pods": "5"})) == {}
    [found] = charged(quota_of(fake, {"requests.storage": object()})).values()
    assert found.kind is CostKind.UNPRICED
