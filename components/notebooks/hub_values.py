"""Values of JupyterHub's chart for one team: its hub and its proxy, and the notebooks that the hub makes."""

from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.notebooks.server import (
    COMMAND,
    USER,
    NotebookServer,
    home_claim,
    profile,
    volumes,
)
from components.notebooks.sign_in import (
    FOLDER,
    WHO,
    SignIn,
    authenticator,
    secret_reader,
)
from reference.vocabulary import (
    GENERAL_POOL,
    HUB_ACCOUNT,
    POOL_LABEL,
    REGIONAL_BUCKETS,
    TEAM_GID,
    TEAM_UID,
    TRACKING_CONFIG_MAP,
    TRAINER_ACCOUNT,
    hub_namespace,
)

STATE, STATE_FOLDER = "hub", "/srv/jupyterhub"
"""The claim of the hub's database, and its place: which notebooks run, and whose sessions are good."""
HUB_PORT, PROXY_PORT = 8081, 8000
START_SECONDS = 1800
"""The time of a notebook from its start until it answers, in the queue and on a new node. Then it is given up.

Kueue gives a pod that it has admitted as long (`PODS_READY_TIMEOUT`) until its node is there.
"""
CULL_EVERY_SECONDS = 60
GRACE_MINUTES = 15
"""The time after the longest of a notebook in which the hub ends it; then Kubernetes does, hub or no hub."""

GENERAL_NODES = {POOL_LABEL: GENERAL_POOL}
NOWHERE = {"tolerations": [], "nodeAffinity": {"matchNodePurpose": "ignore"}}
"""No tolerations and no preference of nodes: the chart's are of nodes that are not here."""


@dataclass(frozen=True, kw_only=True)
class Workspaces:
    """All that a team's notebooks are. `image` is that of every notebook; `secret_reader` that of AWS's client."""

    stack: str
    region: str
    image: str
    secret_reader: Input[str]
    sign_in: SignIn
    servers: tuple[NotebookServer, ...]
    idle_minutes: int
    max_hours: int

    @property
    def people(self) -> list[str]:
        """The names of the people, each with a home and at most one notebook."""
        return sorted(self.sign_in.people.values())

    @property
    def deadline_seconds(self) -> int:
        """The time after which Kubernetes ends a notebook."""
        return self.max_hours * 3600 + GRACE_MINUTES * 60


def hub_values(team: Workspaces) -> dict[str, Any]:
    """Values of the chart. What it would make beside a hub and a proxy is off.

    Its network policies and its roles know one namespace, and here are two: ours take their place. So does a claim of
    ours, with a price and protected, that of the chart.
    """
    return {
        "custom": {"people": dict(team.sign_in.people), "claim": team.sign_in.claim},
        "hub": hub(team),
        "rbac": {"create": False},
        "proxy": proxy(),
        "singleuser": single_user(team),
        "scheduling": {
            "userScheduler": {"enabled": False},
            "userPlaceholder": {"enabled": False},
            "corePods": NOWHERE,
            "userPods": NOWHERE,
        },
        "prePuller": {"hook": {"enabled": False}, "continuous": {"enabled": False}},
        "cull": {
            "enabled": True,
            "timeout": team.idle_minutes * 60,
            "every": CULL_EVERY_SECONDS,
            "maxAge": team.max_hours * 3600,
        },
    }


def hub(team: Workspaces) -> dict[str, Any]:
    """Values of the hub itself: one replica, as JupyterHub has no other, whose restart no notebook notices."""
    return {
        "config": hub_config(team),
        "extraConfig": {"sign-in": WHO},
        "activeServerLimit": len(team.people),
        "db": {"type": "other", "url": f"sqlite:///{STATE_FOLDER}/jupyterhub.sqlite", "upgrade": True},
        "extraVolumes": [
            {"name": STATE, "persistentVolumeClaim": {"claimName": STATE}},
            {"name": "sign-in", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
        ],
        "extraVolumeMounts": [
            {"name": STATE, "mountPath": STATE_FOLDER},
            {"name": "sign-in", "mountPath": FOLDER, "readOnly": True},
        ],
        "initContainers": [secret_reader(team.secret_reader, team.sign_in, team.region)],
        "networkPolicy": {"enabled": False},
        "nodeSelector": GENERAL_NODES,
        "resources": {"requests": {"cpu": "200m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
        "serviceAccount": {"name": HUB_ACCOUNT},
    }


def hub_config(team: Workspaces) -> dict[str, Any]:
    """Settings of JupyterHub's classes that the chart has no value for."""
    namespace = hub_namespace(team.stack)
    config = authenticator(team.sign_in)
    # Notebooks are in another namespace, from which the chart's own short name leads nowhere.
    config["JupyterHub"]["hub_connect_url"] = f"http://hub.{namespace}:{HUB_PORT}"
    config["KubeSpawner"] = {
        "namespace": team.stack,
        "automount_service_account_token": False,
        "container_security_context": {"capabilities": {"drop": ["ALL"]}},
        "delete_pvc": False,
        "extra_container_config": {
            "envFrom": [{"configMapRef": {"name": TRACKING_CONFIG_MAP, "optional": True}}]
        },
        "gid": TEAM_GID,
        "pod_security_context": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        # The token stands in the pod, which members read: it says that a notebook is in use, and opens none.
        "server_token_scopes": ["users:activity!user"],
    }
    return config


def proxy() -> dict[str, Any]:
    """Values of the proxy: no load balancer, no certificate of its own, a Service inside the cluster."""
    return {
        "service": {"type": "ClusterIP"},
        "chp": {
            "networkPolicy": {"enabled": False},
            "nodeSelector": GENERAL_NODES,
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
        },
    }


def single_user(team: Workspaces) -> dict[str, Any]:
    """Values of notebooks: one image by its digest, the jobs' identity, a home, and an end."""
    name, _, digest = team.image.partition("@sha256:")
    volume, mount = volumes()
    return {
        "podNameTemplate": home_claim(USER),
        # The chart joins the two by a colon.
        "image": {"name": f"{name}@sha256", "tag": digest},
        "cmd": COMMAND,
        "uid": TEAM_UID,
        "fsGid": TEAM_GID,
        "serviceAccountName": TRAINER_ACCOUNT,
        # By default a container of root sets rules of the network first.
        "cloudMetadata": {"blockWithIptables": False},
        "networkPolicy": {"enabled": False},
        "extraEnv": dict(REGIONAL_BUCKETS),
        "extraPodConfig": {"activeDeadlineSeconds": team.deadline_seconds},
        "startTimeout": START_SECONDS,
        "profileList": [
            profile(each, team.stack, default=index == 0) for index, each in enumerate(team.servers)
        ],
        "storage": {
            "type": "static",
            "static": {"pvcName": home_claim(USER), "subPath": ""},
            "extraVolumes": volume,
            "extraVolumeMounts": mount,
        },
    }
