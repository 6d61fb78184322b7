"""Grafana lets in the people of its groups, has no password of its own, and takes no dashboard of a tenant's."""

import jmespath
import pytest

from components.dashboards.catalogue import BOARDS, dashboard_files
from components.dashboards.grafana import DashboardFiles, Entrance, Grafana, grafana_values, role

GRAFANA = Grafana(
    address="https://dashboards.example.com",
    certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/x",
    authorize_url="https://login.example.com/authorize",
    token_url="https://login.example.com/token",
    userinfo_url="https://login.example.com/userinfo",
    client_id="dashboards",
    groups_claim="groups",
    viewers=["ml engineers", "finance"],
    editors=["ml-platform"],
    scopes=["openid", "groups"],
)
VALUES = grafana_values(GRAFANA, "http://prometheus:9090", "10.16.0.0/16")
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SERVICE = "kubernetes:core/v1:Service"
ONE_MEBIBYTE = 1024 * 1024
"""The most that a ConfigMap may hold, by Kubernetes' documentation of it."""


@pytest.mark.parametrize(
    ("groups", "right"),
    [
        (["finance"], "Viewer"),
        (["ml engineers", "others"], "Viewer"),
        (["ml-platform", "finance"], "Editor"),
        (["others"], False),
        ([], False),
    ],
)
def test_people_have_the_right_of_their_group_and_strangers_none(groups, right):
    # Grafana reads the claim by JMESPath, and with `role_attribute_strict` refuses whoever gets no right of it.
    assert jmespath.search(role(GRAFANA), {"groups": groups}) == right
    assert VALUES["grafana.ini"]["auth.generic_oauth"]["role_attribute_strict"] is True


def test_the_company_s_login_is_the_only_way_in():
    ini = VALUES["grafana.ini"]
    assert ini["auth"]["disable_login_form"] is True
    assert [ini[f"auth.{way}"]["enabled"] for way in ("anonymous", "basic", "generic_oauth")] == [
        False,
        False,
        True,
    ]
    assert ini["users"]["allow_sign_up"] is False
    assert ini["auth.generic_oauth"]["scopes"] == "openid groups"


def test_there_is_no_password_to_guess_and_no_secret_in_the_values():
    # The chart makes neither an administrator nor a Secret of one then.
    assert VALUES["env"] == {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"}
    assert VALUES["envValueFrom"]["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"]["secretKeyRef"]
    assert "client_secret" not in VALUES["grafana.ini"]["auth.generic_oauth"]


def test_nothing_that_a_tenant_makes_becomes_a_dashboard():
    sidecar = VALUES["sidecar"]
    assert [each["enabled"] for each in sidecar.values()] == [False, False]
    assert VALUES["rbac"] == {"create": False}
    assert VALUES["automountServiceAccountToken"] is False


def test_only_the_vpc_reaches_its_port():
    # The chart quotes each block as it is: anything but a text becomes an address that Kubernetes refuses.
    policy = VALUES["networkPolicy"]
    assert policy == {"enabled": True, "allowExternal": False, "explicitIpBlocks": ["10.16.0.0/16"]}


def test_every_folder_is_mounted_from_a_config_map_that_is_made(plan_program):
    plan = plan_program(lambda: DashboardFiles("x", {"team": "platform"}))
    made = {each.inputs["metadata"]["name"]: each.inputs["data"] for each in plan.of(CONFIG_MAP)}
    assert set(VALUES["dashboardsConfigMaps"].values()) == set(made)
    provided = VALUES["dashboardProviders"]["dashboardproviders.yaml"]["providers"]
    assert {each["options"]["path"].rpartition("/")[2] for each in provided} == set(
        VALUES["dashboardsConfigMaps"]
    )
    files = {name: text for data in made.values() for name, text in data.items()}
    assert files == dashboard_files() and len(files) == len(BOARDS)
    assert all(sum(map(len, data.values())) < ONE_MEBIBYTE / 2 for data in made.values())


def test_the_load_balancer_is_inside_the_vpc_and_ends_tls(plan_program):
    plan = plan_program(lambda: Entrance("x", GRAFANA.certificate_arn, {}))
    (service,) = plan.of(SERVICE)
    annotations = service.inputs["metadata"]["annotations"]
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    assert annotations[f"{prefix}-scheme"] == "internal"
    assert annotations[f"{prefix}-ssl-cert"] == GRAFANA.certificate_arn
    assert [port["port"] for port in service.inputs["spec"]["ports"]] == [443]
