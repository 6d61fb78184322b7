"""Grafana, from the subchart of kube-prometheus-stack: signed in to by OpenID Connect, and made of files alone.

It keeps nothing: dashboards and the source of their data are files of the pod, and a restart asks everybody to sign in
again. There is no administrator with a password, and so no default one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import MONITORING_NAMESPACE
from components.dashboards.catalogue import BOARDS, dashboard_files
from reference.vocabulary import GRAFANA_SECRET

PORT, GRAFANA_PORT = 443, 3000
SECRET_KEY = "value"
"""The key of the client's secret in the Secret that a platform engineer brings."""
FOLDERS = tuple(sorted({board.folder for board in BOARDS}))
PATH = "/var/lib/grafana/dashboards"


@dataclass(frozen=True, kw_only=True)
class Grafana:
    """The address that people open, its certificate, the client at the provider, and the groups that may sign in."""

    address: str
    certificate_arn: str
    authorize_url: str
    token_url: str
    userinfo_url: str
    client_id: str
    groups_claim: str
    viewers: Sequence[str]
    editors: Sequence[str]
    scopes: Sequence[str]


class DashboardFiles(ComponentResource):
    """A ConfigMap of the dashboards of each folder, which Grafana's pod mounts."""

    def __init__(self, name: str, labels: Mapping[str, str], opts: ResourceOptions | None = None):
        super().__init__("paved:dashboards:DashboardFiles", name, {}, opts)
        maps: list[Resource] = []
        for folder in FOLDERS:
            boards = [board for board in BOARDS if board.folder == folder]
            metadata = k8s.meta.v1.ObjectMetaArgs(
                name=config_map(folder), namespace=MONITORING_NAMESPACE, labels=dict(labels)
            )
            maps.append(
                k8s.core.v1.ConfigMap(
                    f"{name}-{folder.lower()}",
                    metadata=metadata,
                    data=dict(dashboard_files(boards)),
                    opts=ResourceOptions(parent=self),
                )
            )
        self.maps = tuple(maps)
        self.register_outputs({})


def config_map(folder: str) -> str:
    """The name of a folder's ConfigMap."""
    return f"dashboards-{folder.lower()}"


def grafana_values(grafana: Grafana, prometheus_url: str, vpc_cidr: Any) -> dict[str, Any]:
    """Values of the subchart. No sidecar reads the cluster's ConfigMaps, so that no tenant brings a dashboard."""
    return {
        "enabled": True,
        "defaultDashboardsEnabled": False,
        "testFramework": {"enabled": False},
        "rbac": {"create": False},
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "persistence": {"enabled": False},
        "sidecar": {"dashboards": {"enabled": False}, "datasources": {"enabled": False}},
        "resources": {"requests": {"cpu": "50m", "memory": "192Mi"}, "limits": {"memory": "512Mi"}},
        "networkPolicy": {
            "enabled": True,
            "allowExternal": False,
            "explicitIpBlocks": [vpc_cidr],
        },
        # Without the Secret nobody signs in; the release, which has Prometheus in it, becomes ready all the same.
        "env": {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"},
        "envValueFrom": {
            "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET": {
                "secretKeyRef": {"name": GRAFANA_SECRET, "key": SECRET_KEY, "optional": True}
            }
        },
        "grafana.ini": settings(grafana),
        "datasources": {"datasources.yaml": {"apiVersion": 1, "datasources": [source(prometheus_url)]}},
        "dashboardProviders": {"dashboardproviders.yaml": {"apiVersion": 1, "providers": list(providers())}},
        "dashboardsConfigMaps": {folder.lower(): config_map(folder) for folder in FOLDERS},
    }


class Entrance(ComponentResource):
    """The Service of Grafana, behind a load balancer inside the VPC that ends TLS."""

    def __init__(
        self,
        name: str,
        certificate_arn: str,
        labels: Mapping[str, str],
        opts: ResourceOptions | None = None,
    ):
        super().__init__("paved:dashboards:Entrance", name, {}, opts)
        prefix = "service.beta.kubernetes.io/aws-load-balancer"
        annotations = {
            f"{prefix}-scheme": "internal",
            f"{prefix}-nlb-target-type": "ip",
            f"{prefix}-ssl-cert": certificate_arn,
            f"{prefix}-ssl-ports": str(PORT),
        }
        k8s.core.v1.Service(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name="dashboards",
                namespace=MONITORING_NAMESPACE,
                labels=dict(labels),
                annotations=annotations,
            ),
            spec=k8s.core.v1.ServiceSpecArgs(
                type="LoadBalancer",
                load_balancer_class="service.k8s.aws/nlb",
                selector={"app.kubernetes.io/name": "grafana"},
                ports=[k8s.core.v1.ServicePortArgs(name="https", port=PORT, target_port=GRAFANA_PORT)],
            ),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})


def settings(grafana: Grafana) -> dict[str, Any]:
    """Grafana's own settings: one way in, rights by group, nothing for strangers and nothing sent home."""
    return {
        "analytics": {
            "reporting_enabled": False,
            "check_for_updates": False,
            "check_for_plugin_updates": False,
        },
        "auth": {"disable_login_form": True, "oauth_allow_insecure_email_lookup": False},
        "auth.anonymous": {"enabled": False},
        "auth.basic": {"enabled": False},
        "auth.generic_oauth": {
            "enabled": True,
            "name": "your company's login",
            "client_id": grafana.client_id,
            "scopes": " ".join(grafana.scopes),
            "auth_url": grafana.authorize_url,
            "token_url": grafana.token_url,
            "api_url": grafana.userinfo_url,
            "use_pkce": True,
            "role_attribute_path": role(grafana),
            # Who is in none of the groups is refused, and gets no rights by default.
            "role_attribute_strict": True,
            "allow_sign_up": True,
            "auto_login": True,
        },
        "plugins": {"preinstall_disabled": True},
        "security": {
            "cookie_secure": True,
            "cookie_samesite": "lax",
            "disable_gravatar": True,
            "strict_transport_security": True,
        },
        "server": {"root_url": grafana.address},
        "snapshots": {"external_enabled": False, "enabled": False},
        "unified_alerting": {"enabled": False},
        "users": {"allow_sign_up": False, "allow_org_create": False, "viewers_can_edit": False},
    }


def role(grafana: Grafana) -> str:
    """The right of somebody by the groups of the claim, as JMESPath: none where no group is named."""
    steps = [
        f"contains({grafana.groups_claim}[*], '{group}') && '{right}'"
        for right, groups in (("Editor", grafana.editors), ("Viewer", grafana.viewers))
        for group in groups
    ]
    return " || ".join(steps)


def source(prometheus_url: str) -> dict[str, Any]:
    """The cluster's Prometheus, as the one source of data."""
    return {
        "name": "Prometheus",
        "uid": "prometheus",
        "type": "prometheus",
        "access": "proxy",
        "url": prometheus_url,
        "isDefault": True,
        "editable": False,
        "jsonData": {"httpMethod": "POST", "timeInterval": "30s"},
    }


def providers() -> Iterator[dict[str, Any]]:
    """A folder of Grafana for each folder of files."""
    for folder in FOLDERS:
        yield {
            "name": folder.lower(),
            "orgId": 1,
            "folder": folder,
            "type": "file",
            "disableDeletion": True,
            "editable": False,
            "options": {"path": f"{PATH}/{folder.lower()}"},
        }
