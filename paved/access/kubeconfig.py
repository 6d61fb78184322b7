"""The kubeconfig of one holder of rights: by which credentials, to which cluster, in which namespace."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from paved.access.grants import AccessGrant, access_grants
from paved.aws.reading.account import AccountReader, LookupFailure, NotFound
from paved.errors import BadInput
from paved.files import PRIVATE, read_text, write_new, write_text
from reference.kubeconfig import ClusterAddress, Login, aws_login, kubeconfig_data, oidc_login
from reference.names import cluster_name
from stacks.checks.folder import Folder
from stacks.checks.roles import SSO_PATH
from stacks.schema import Foundation, Team

Entry = tuple[str, str]
"""An entry of a kubeconfig by its section and its name."""

OTHERWISE = (
    "name what was deployed with `--outputs STACK=FILE` (`pulumi stack output --json -s STACK > FILE`)"
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way of one holder into the cluster of a foundation. `namespace` is a team's own."""

    grant: AccessGrant
    foundation_name: str
    foundation: Foundation
    namespace: str | None

    @property
    def cluster(self) -> str:
        """The physical name of the cluster."""
        return cluster_name(self.foundation_name, self.foundation.cluster.generation)

    @property
    def context(self) -> str:
        """The name of the context in the kubeconfig."""
        return f"{self.grant.stack}-{first_word(self.grant.rights)}"

    @property
    def role_arn(self) -> str | None:
        """The role that the caller's credentials take on: none where they are of that role already.

        Roles of Identity Center are taken on by its login alone, and that of a CI by the CI's token.
        """
        account = self.foundation.account
        if self.grant.form != "role" or self.grant.name.startswith(SSO_PATH):
            return None
        return f"arn:{account.partition}:iam::{account.id}:role/{self.grant.name}"

    def login(self, profile: str | None) -> Login:
        """The command that makes a token for each call."""
        people = self.foundation.identity.people
        if self.grant.form == "group" and people:
            return oidc_login(people.issuer, people.client_id)
        region = self.foundation.account.region
        return aws_login(self.cluster, region, role_arn=self.role_arn, profile=profile)

    def text(self, address: ClusterAddress, profile: str | None) -> str:
        """The kubeconfig as YAML."""
        data = kubeconfig_data(address, self.login(profile), context=self.context, namespace=self.namespace)
        return yaml.safe_dump(data, sort_keys=False, width=200)


def way_in(folder: Folder, stack: str, rights: str | None, holder: str | None) -> Way:
    """The way in of the one holder that is meant. Raises BadInput for none, or for several."""
    file = folder.checked(stack)
    bases = [folder.stack(name) for name in folder.with_bases([stack])]
    [base] = [each for each in bases if isinstance(each.stack, Foundation)]
    foundation = base.stack
    assert isinstance(foundation, Foundation)
    of_stack = file if isinstance(file.stack, Team) else base
    grants = access_grants(of_stack.name, {key: json.loads(text) for key, text in of_stack.sections.items()})
    namespace = stack if isinstance(file.stack, Team) else None
    return Way(
        grant=chosen(grants, rights, holder),
        foundation_name=base.name,
        foundation=foundation,
        namespace=namespace,
    )


def chosen(grants: Sequence[AccessGrant], rights: str | None, holder: str | None) -> AccessGrant:
    """The one grant with some rights, of some holder. Raises BadInput that lists who holds what."""
    found = [
        each
        for each in grants
        if rights in (None, first_word(each.rights)) and holder in (None, each.name, _bare(each.name))
    ]
    # A CI has one role, whatever subjects may take it on.
    if len(found) == 1 or (found and all(each.form == "ci" for each in found)):
        return found[0]
    everybody = "; ".join(f"{each.name} ({each.rights})" for each in grants) or "nobody"
    if not found:
        what = f"`{rights}`" if rights else "rights"
        raise BadInput(
            f"{holder or 'nobody'} has {what if not holder else f'no {what}'} by the stack file",
            hint=f"it lets in {everybody}; who is missing comes into it by a reviewed change",
        )
    names = [f"{each.name} ({each.rights})" for each in found]
    raise BadInput(
        f"{len(found)} holders could be meant: {'; '.join(names)}",
        hint="name one by `--rights RIGHTS`, or by `--as NAME`",
    )


def first_word(rights: str) -> str:
    """Rights without what is said of them."""
    return rights.partition(",")[0]


def _bare(name: str) -> str:
    return name.rpartition("/")[2]


def address_by_outputs(way: Way, outputs: Mapping[str, Any], stack: str) -> ClusterAddress:
    """The cluster's address by what a stack exports, which holds a kubeconfig of its own. Raises BadInput."""
    text = outputs.get("kubeconfig")
    try:
        [entry] = json.loads(text)["clusters"] if isinstance(text, str) else []
        name, where = str(entry["name"]), entry["cluster"]
        address = _address(way, str(where["server"]), str(where["certificate-authority-data"]))
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            f"the outputs of `{stack}` hold no `kubeconfig`: it is there once `pulumi up` has made the cluster",
            hint=f"`pulumi stack output --json -s {way.foundation_name} > FILE`, once it is up",
        ) from None
    if name != way.cluster:
        raise BadInput(f"the outputs of `{stack}` are of the cluster `{name}`, `{way.cluster}` is needed")
    return address


def address_by_account(way: Way, account: AccountReader) -> ClusterAddress:
    """The cluster's address as EKS says it. Raises BadInput where it does not."""
    region = way.foundation.account.region
    where = f"the cluster `{way.cluster}` of `{way.foundation_name}` in {region}"
    try:
        found = account.ask("eks.DescribeCluster", region, name=way.cluster)["cluster"]
    except NotFound:
        raise BadInput(f"{where} is not there: `pulumi up` has not made it", hint=OTHERWISE) from None
    except LookupFailure as failure:
        raise BadInput(f"{where} cannot be read ({failure})", hint=OTHERWISE) from None
    if not found.get("endpoint") or not found.get("certificateAuthority", {}).get("data"):
        raise BadInput(
            f"{where} is {found.get('status', 'not ready')} and has no endpoint yet", hint=OTHERWISE
        )
    return _address(way, str(found["endpoint"]), str(found["certificateAuthority"]["data"]))


def _address(way: Way, endpoint: str, authority: str) -> ClusterAddress:
    return ClusterAddress(
        name=way.cluster,
        region=way.foundation.account.region,
        endpoint=endpoint,
        certificate_authority=authority,
    )


def write_kubeconfig(path: Path, text: str, *, force: bool) -> None:
    """Write a kubeconfig that its owner alone may read. Raises BadInput for a file that would lose something."""
    if not force or not path.exists():
        write_new(path, text, mode=PRIVATE)
        return
    ours = _entries(yaml.safe_load(text))
    others = _others(path, ours)
    if others:
        named = ", ".join(f"{name} of `{section}`" for section, name in others)
        raise BadInput(
            f"`{path}` has entries of others, which would be lost: {named}",
            hint=f"write another file, and let kubectl read both: KUBECONFIG={path}:OTHER",
        )
    write_text(path, text, mode=PRIVATE)


def _others(path: Path, ours: Sequence[Entry]) -> list[Entry]:
    """The entries of a kubeconfig but for ours, and for those of our context. Raises BadInput for any other file."""
    try:
        data = yaml.safe_load(read_text(path))
        used = list(ours)
        for each in data["contexts"]:
            if ("contexts", each["name"]) in ours and (inside := each.get("context")):
                used += [("clusters", inside["cluster"]), ("users", inside["user"])]
        return [each for each in _entries(data) if each not in used]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        raise BadInput(f"`{path}` is no kubeconfig, and is not overwritten") from None


def _entries(data: Any) -> list[Entry]:
    """The contexts, clusters and users of a kubeconfig."""
    sections = {"contexts": data["contexts"], **{key: data.get(key) or [] for key in ("clusters", "users")}}
    return [(section, str(each["name"])) for section, entries in sections.items() for each in entries]
