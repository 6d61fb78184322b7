"""Registries of images: those of others, and the account's own in ECR, whose repositories answer to several names.

A private repository is `<account>.dkr.ecr.<region>.amazonaws.com`, by FIPS `dkr.ecr-fips`, and dual-stack
`<account>.dkr-ecr.<region>.on.aws` (ECR guide, "Registry endpoints").
"""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

UPSTREAM = "upstream"
"""The first part of the names that images of others have in the account's own registry: `upstream/quay.io/...`."""

CACHED: Mapping[str, str] = MappingProxyType(
    {
        "cgr.dev": "cgr.dev",
        "docker.io": "registry-1.docker.io",
        "ghcr.io": "ghcr.io",
        "public.ecr.aws": "public.ecr.aws",
        "quay.io": "quay.io",
        "registry.k8s.io": "registry.k8s.io",
    }
)
"""Registries that ECR pulls through, and their names in a rule (ECR guide, "Sync an upstream registry", 2026-11).

It pulls through GitLab's and Azure's too, which no chart here names. It does not know nvcr.io.
"""

WITH_LOGIN = ("cgr.dev", "docker.io", "ghcr.io")
"""The registries of `CACHED` that ECR pulls through with a login alone, public images too."""

LOGIN_FOLDER = "ecr-pullthroughcache"
"""The first part of the names of the secrets that hold such a login: ECR reads no other."""

EKS_ADDONS = "602401143452.dkr.ecr.us-west-2.amazonaws.com"
"""The registry of AWS's own add-ons in the region that charts name. AWS has a copy in each region."""

EKS_ADDONS_ACCOUNTS: Mapping[str, str] = MappingProxyType(
    {
        "af-south-1": "877085696533",
        "ap-east-1": "800184023465",
        "ap-east-2": "533267051163",
        "ap-south-2": "900889452093",
        "ap-southeast-3": "296578399912",
        "ap-southeast-4": "491585149902",
        "ap-southeast-5": "151610086707",
        "ap-southeast-6": "333609536671",
        "ap-southeast-7": "121268973566",
        "ca-west-1": "761377655185",
        "eu-central-2": "900612956339",
        "eu-south-1": "590381155156",
        "eu-south-2": "455263428931",
        "il-central-1": "066635153087",
        "me-central-1": "759879836304",
        "me-south-1": "558608220178",
        "mx-central-1": "730335286997",
    }
)
"""Regions of the partition `aws` where another account of AWS's has add-ons' images.

EKS guide, "Amazon container image registries", and nodeadm of awslabs/amazon-eks-ami.
"""


_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]+)?"
_FOLDER = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_VERSION = r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
WHOLE_REFERENCE = re.compile(rf"(?P<host>{_HOST})(?:/{_FOLDER})+(?P<version>{_VERSION})")
"""The grammar of image references (distribution/reference, `reference.go`), of those that name a registry."""

LONGEST_REFERENCE = 255

AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".on.aws")


def is_of_account(image: str, account: str) -> bool:
    """Whether an image, or a prefix of images, lies in the ECR registry of an account, in whatever region."""
    return image.partition("/")[0].startswith((f"{account}.dkr.", f"{account}.dkr-ecr."))


def registry_host(image: str) -> str:
    """The registry of an image reference: its first part, if that looks like a host; Docker Hub otherwise."""
    first, slash, _ = image.partition("/")
    return first if slash and looks_like_host(first) else "docker.io"


def looks_like_host(text: str) -> bool:
    """Whether the first part of an image reference is a registry, as a container runtime tells."""
    return "." in text or ":" in text or text == "localhost"


def is_whole(image: str) -> bool:
    """Whether an image reference names its registry, its repository, and a tag or a digest."""
    found = WHOLE_REFERENCE.fullmatch(image)
    # Without a host it is of Docker Hub, and without a version whatever is newest there, which nobody has written.
    is_named = bool(found and found["version"] and looks_like_host(found["host"]))
    return is_named and len(image) <= LONGEST_REFERENCE


def own_repository(image: str) -> str:
    """The repository of the account's own registry that holds an image of others, or all of a registry."""
    return f"{UPSTREAM}/{image}"


def pulled_name(image: str, *, registry: str, upstreams: Collection[str], region: str) -> str:
    """The name by which nodes pull an image of others, or every image of a registry.

    It is one of `registry`, the account's own, where that holds the images of the host; else the image's own name.
    """
    host, slash, rest = image.partition("/")
    if host == EKS_ADDONS:
        return f"{addons_registry(region)}{slash}{rest}"
    return f"{registry}/{own_repository(image)}" if host in upstreams else image


def addons_registry(region: str) -> str:
    """The registry of AWS's own add-ons in a region."""
    return account_registry(EKS_ADDONS_ACCOUNTS.get(region, EKS_ADDONS.partition(".")[0]), region)


def account_registry(account: str, region: str) -> str:
    """The registry of an account in a region of the partition `aws`."""
    return f"{account}.dkr.ecr.{region}.amazonaws.com"


def upstream_name(image: str, account: str) -> str:
    """The name that an image of others has where it comes from; any other image's own."""
    host, _, repository = image.partition("/")
    folder, _, upstream = repository.partition("/")
    # A name that only begins like the account's registry can be anybody's.
    own = is_of_account(image, account) and host.endswith(AWS_DOMAINS)
    return upstream if own and folder == UPSTREAM else image
