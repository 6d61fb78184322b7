"""The OIDC identity provider of a cluster, by which people come in groups of its own."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.eks import name_in_cluster, require_cluster
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import iam_actions
from reference.vocabulary import EKS_IDENTITY_PROVIDER

IAM_ACTIONS = iam_actions("eks", "DescribeIdentityProviderConfig", "ListIdentityProviderConfigs")
MOTO_UNSUPPORTED = ("eks.AssociateIdentityProviderConfig",)
CALL = "eks.AssociateIdentityProviderConfig"


@creates(EKS_IDENTITY_PROVIDER)
def associate_identity_provider(inputs: Inputs, api: Api) -> Created:
    request = api.request("eks", "AssociateIdentityProviderConfig", inputs)
    cluster, oidc = str(request.get("clusterName")), request.get("oidc", {})
    require_cluster(api, CALL, cluster)
    issuer = str(oidc.get("issuerUrl", ""))
    if not issuer.startswith("https://"):
        raise refused(CALL, "oidc.issuerUrl", "must begin with https://", issuer)
    for key in ("groupsPrefix", "usernamePrefix"):
        prefix = str(oidc.get(key, ""))
        if "system:" in prefix:
            raise refused(CALL, f"oidc.{key}", "must not contain system:", prefix)
    api.call("eks", "AssociateIdentityProviderConfig", {**request, "tags": api.tags(inputs) or None})
    if not api.claim("identity provider", cluster):
        raise refused(CALL, "clusterName", "the cluster has an OIDC provider already, and takes one", cluster)
    name = oidc["identityProviderConfigName"]
    uuid = api.generated_uuid("identity provider")
    arn = api.arn("eks", f"identityproviderconfig/{cluster}/oidc/{name}/{uuid}")
    return Created(id=f"{cluster}:{name}", outputs={"arn": arn, "status": "ACTIVE"})


@reads(EKS_IDENTITY_PROVIDER, "identity", ("clusterName",), tagged=True)
def read_identity_provider(lookup: Lookup) -> Found:
    cluster = lookup.name("clusterName")
    name = str(lookup.inputs["oidc"]["identityProviderConfigName"])
    asked = {"type": "oidc", "name": name}
    answer = lookup.ask(
        "eks.DescribeIdentityProviderConfig", clusterName=cluster, identityProviderConfig=asked
    )
    found: Mapping[str, Any] = answer["identityProviderConfig"]["oidc"]
    return Found(
        names=(name_in_cluster("identity provider", cluster, name), found["identityProviderConfigArn"]),
        properties={"oidc": found},
        tags=lambda: found.get("tags", {}),
    )
