"""The hand-over of a new Lustre file system: the directories that a team writes in become its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions

from components.data.volume import Volume, VolumeArgs, VolumeSource
from reference.vocabulary import DOMAIN, GENERAL_POOL, HAND_OVER_ACCOUNT, POOL_LABEL, TEAM_GID, TEAM_UID

MOUNT = "/volume"
MODE = "2775"
"""What a team writes in its directories stays its group's (setgid), and its group may write as well."""

DEADLINE_SECONDS = 900
"""The time of a node to start and of the file system to be mounted."""
RETRIES = 3
CREATE_TIMEOUT = "20m"
"""The time that `pulumi up` waits for the Job: longer than its deadline, so that the Job says what failed."""

SCRIPT = """\
for directory in "$@"; do
  path="$ROOT$directory"
  if [ -L "$path" ]; then echo "$directory is a link: nothing is handed over" >&2; exit 1; fi
  mkdir -p "$path"
  # In this order: a new owner may take setgid away.
  [ "$(stat -c %u:%g "$path")" = "$OWNER" ] || chown "$OWNER" "$path"
  [ "$(stat -c %a "$path")" = "$MODE" ] || chmod "$MODE" "$path"
  found="$(stat -c '%u:%g %a' "$path")"
  if [ "$found" != "$OWNER $MODE" ]; then echo "$directory is $found, not $OWNER $MODE" >&2; exit 1; fi
  echo "$directory belongs to $OWNER with mode $MODE"
done
"""
"""Own each directory, and nothing that lies in it: what is right already is left alone, so that it may run again."""

CAPABILITIES = ("CHOWN", "FOWNER")
"""Of root's rights the two that it takes to give a directory away, and to set the mode of one that is given away."""

HANDED_OVER = f"{DOMAIN}/file-system"
"""The annotation of a hand-over's pod that names the file system."""


@dataclass(frozen=True, kw_only=True)
class HandOverArgs:
    """The hand-over of `directories` of the volume `source` in `namespace`, which lets a container be root.

    `name` is that of the Job and its claim, `image` has a shell. `after` is there before: file system and links.
    """

    name: str
    namespace: Input[str]
    image: Input[str]
    directories: Sequence[str]
    storage_gib: int
    source: VolumeSource
    labels: Mapping[str, str]
    after: Sequence[Resource]


class HandOver(ComponentResource):
    """A volume and a Job of its own onto a file system. `done` is what a team's claim waits for.

    The Job stays once it is done: with a time to live it would be gone at the next `up`, which would make it again.
    """

    def __init__(self, name: str, args: HandOverArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:data:HandOver", name, {}, opts)
        volume = Volume(f"{name}-volume", volume_args(args), ResourceOptions(parent=self))
        self.done: Resource = k8s.batch.v1.Job(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args.name,
                namespace=args.namespace,
                labels=dict(args.labels),
                # One that failed is made anew by the next `up`, which would otherwise wait for it in vain.
                annotations={"pulumi.com/replaceUnready": "true"},
            ),
            spec=job_spec(args),
            opts=ResourceOptions(
                parent=self,
                depends_on=[volume],
                custom_timeouts=CustomTimeouts(create=CREATE_TIMEOUT, update=CREATE_TIMEOUT),
            ),
        )
        self.register_outputs({})


def volume_args(args: HandOverArgs) -> VolumeArgs:
    """The volume of the Job, under a handle of its own: kubelet takes two volumes of one handle for the same.

    The driver mounts by the attributes alone.
    """
    handle = Output.concat(args.source.handle, ".hand-over")
    return VolumeArgs(
        volume=f"{args.name}.hand-over",
        claim=args.name,
        namespace=args.namespace,
        storage_gib=args.storage_gib,
        source=replace(args.source, handle=handle),
        labels=args.labels,
        after=args.after,
    )


def job_spec(args: HandOverArgs) -> k8s.batch.v1.JobSpecArgs:
    """The spec of the Job."""
    return k8s.batch.v1.JobSpecArgs(
        backoff_limit=RETRIES,
        active_deadline_seconds=DEADLINE_SECONDS,
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=dict(args.labels),
                # Else a Job that is done would stand for the file system that comes in the place of this one.
                annotations={HANDED_OVER: args.source.handle},
            ),
            spec=pod_spec(args),
        ),
    )


def pod_spec(args: HandOverArgs) -> k8s.core.v1.PodSpecArgs:
    """A pod of root with the team's group, by which it may write where the team owns."""
    return k8s.core.v1.PodSpecArgs(
        service_account_name=HAND_OVER_ACCOUNT,
        automount_service_account_token=False,
        enable_service_links=False,
        restart_policy="Never",
        node_selector={POOL_LABEL: GENERAL_POOL},
        security_context=k8s.core.v1.PodSecurityContextArgs(
            run_as_user=0,
            # The kernel takes setgid off a mode that somebody outside of the group sets.
            run_as_group=TEAM_GID,
            seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        containers=[container(args)],
        volumes=[
            k8s.core.v1.VolumeArgs(
                name="volume",
                persistent_volume_claim=k8s.core.v1.PersistentVolumeClaimVolumeSourceArgs(
                    claim_name=args.name
                ),
            )
        ],
    )


def container(args: HandOverArgs) -> k8s.core.v1.ContainerArgs:
    """The container that runs the script."""
    environment = {"ROOT": MOUNT, "OWNER": f"{TEAM_UID}:{TEAM_GID}", "MODE": MODE}
    resources = {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "64Mi"}
    return k8s.core.v1.ContainerArgs(
        name="hand-over",
        image=args.image,
        command=["sh", "-euc", SCRIPT, "hand-over", *args.directories],
        env=[k8s.core.v1.EnvVarArgs(name=name, value=value) for name, value in environment.items()],
        resources=k8s.core.v1.ResourceRequirementsArgs(requests=resources, limits=resources),
        security_context=k8s.core.v1.SecurityContextArgs(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"], add=list(CAPABILITIES)),
        ),
        volume_mounts=[k8s.core.v1.VolumeMountArgs(name="volume", mount_path=MOUNT)],
    )
