"""`stacks/policy.yaml`: settings of the rules for an organisation, and the exceptions that it grants."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reference.vocabulary import NODE_AGENTS_NAMESPACE

FILE = "policy.yaml"


class PolicyFileError(Exception):
    """A mistake in `policy.yaml` that its author can mend. One line a mistake."""


class PolicySection(BaseModel):
    """A mapping of the file. Unknown keys and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Days = Annotated[int, Field(ge=1, le=3653, description="1 to 3653 days")]
Host = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$", description="a registry's host name"),
]
Cidr = Annotated[
    str, Field(pattern=r"^[0-9a-f.:]+/[0-9]{1,3}$", description="a network such as `203.0.113.0/24`")
]
Name = Annotated[
    str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=63, description="a Kubernetes name")
]
RuleId = Annotated[
    str, Field(pattern=r"^[A-Z][A-Z0-9]-[0-9]{2}$", description="a rule's id, such as `EN-01`")
]


class ByEnvironment(PolicySection):
    """A number of days for each environment."""

    dev: Days
    staging: Days
    prod: Days

    def days(self, environment: str | None) -> int:
        """The days of an environment; prod's where it is not known."""
        return {"dev": self.dev, "staging": self.staging}.get(environment or "", self.prod)


class TrustedAccount(PolicySection):
    """An account or an organisation beside the stack's own that documents may let in."""

    id: Annotated[
        str,
        Field(
            pattern=r"^([0-9]{12}|o-[a-z0-9]{10,32})$",
            description="an account's twelve digits, or an organisation's id such as `o-a1b2c3d4e5`",
        ),
    ]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="the team that answers for it")]
    reason: Annotated[str, Field(min_length=20, description="why, in a sentence of at least 20 characters")]


class ByLevel(PolicySection):
    """A number of days for each level of security."""

    standard: Days
    hardened: Days
    regulated: Days


class Settings(PolicySection):
    """The settings of the rules for an organisation. They can tighten a rule, never switch one off."""

    mandatory: Annotated[
        tuple[RuleId, ...],
        Field(strict=False, description="advisory rules that are mandatory here, in every environment"),
    ] = ()
    log_days: Annotated[ByEnvironment, Field(description="how long logs are kept at least")] = ByEnvironment(
        dev=30, staging=90, prod=365
    )
    key_deletion_days: Annotated[
        ByEnvironment, Field(description="how long a deleted key can be had back at least")
    ] = ByEnvironment(dev=7, staging=14, prod=30)
    image_registries: Annotated[
        tuple[Host, ...],
        Field(strict=False, description="registries besides the account's own that images may come from"),
    ] = ()
    trusted_accounts: Annotated[
        tuple[TrustedAccount, ...],
        Field(
            strict=False, description="accounts and organisations that documents may let in, each with why"
        ),
    ] = ()
    ingress_cidrs: Annotated[
        tuple[Cidr, ...],
        Field(strict=False, description="networks of the internet that may reach a security group"),
    ] = ()
    privileged_namespaces: Annotated[
        tuple[Name, ...],
        Field(
            strict=False, description="namespaces of node agents, which mount what the node has under /dev"
        ),
    ] = (NODE_AGENTS_NAMESPACE,)
    dev_accelerators: Annotated[
        tuple[str, ...], Field(strict=False, description="the accelerator classes that dev may use")
    ] = ("t4", "l4", "a10g", "l40s")
    exception_warning_days: Annotated[
        Days, Field(description="how many days before its end an exception is reported")
    ] = 14
    exception_days: Annotated[
        ByLevel,
        Field(description="how long an exception may still run at most, by the level that a stack promises"),
    ] = ByLevel(standard=180, hardened=180, regulated=90)
    support_warning_days: Annotated[
        Days, Field(description="how long before its support ends a Kubernetes version is reported")
    ] = 90
    refuse_undetermined: Annotated[
        tuple[Literal["dev", "staging", "prod", "standard", "hardened", "regulated"], ...],
        Field(
            strict=False,
            description="environments and levels where what a mandatory rule cannot tell refuses a stack",
        ),
    ] = ()
    refuse_old_prices: Annotated[
        bool,
        Field(description="whether prices older than their family allows refuse a stack, or are reported"),
    ] = False
    refuse_old_releases: Annotated[
        bool,
        Field(description="whether a Kubernetes version past its support refuses a stack, or is reported"),
    ] = False


class Exemption(PolicySection):
    """One rule that does not hold for one resource, for a reason and until a day."""

    rule: RuleId
    stack: Annotated[str, Field(min_length=1, description="the name of a stack")]
    resource: Annotated[
        str, Field(min_length=1, description="the name of the resource, as the plan shows it")
    ]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="the team that answers for it")]
    reason: Annotated[str, Field(min_length=20, description="why, in a sentence of at least 20 characters")]
    ticket: Annotated[
        str, Field(pattern=r"^[A-Z][A-Z0-9]*-[0-9]+$", description="a ticket, such as `SEC-123`")
    ]
    expires: Annotated[date, Field(description="the last day it holds, as YYYY-MM-DD")]


class PolicyFile(PolicySection):
    """The whole file."""

    schema_version: Literal[1] = 1
    settings: Settings = Settings()
    exceptions: Annotated[tuple[Exemption, ...], Field(strict=False)] = ()


def read_policy_file(path: Path) -> PolicyFile:
    """Read the file; an organisation that has none sets nothing. Raises PolicyFileError."""
    # A link that leads nowhere is a mistake, not an organisation that sets nothing.
    if not path.exists() and not path.is_symlink():
        return PolicyFile()
    if not path.is_file():
        raise PolicyFileError(f"{path.name}: is not a file")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"{path.name}: is not UTF-8: {error}") from None
    except OSError as error:
        raise PolicyFileError(f"{path.name}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PolicyFileError(f"{path.name}: is not YAML: {' '.join(str(error).split())}") from None
    return parse_policy_file(data if data is not None else {}, path.name)


def parse_policy_file(data: Any, shown_as: str = FILE) -> PolicyFile:
    """Turn data into a typed file. Raises PolicyFileError with every mistake."""
    try:
        return PolicyFile.model_validate(data)
    except ValidationError as error:
        lines = [f"{shown_as}: {_explained(each)}" for each in error.errors()]
        raise PolicyFileError("\n".join(lines)) from None


def _explained(error: Any) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]]
    path = "".join(parts).lstrip(".")
    if error["type"] == "extra_forbidden":
        return f"`{path}` is not a setting"
    if error["type"] == "missing":
        return f"`{path}` is required"
    return f"`{path or 'the file'}`: {error['msg']}"


class UniqueKeyLoader(yaml.SafeLoader):
    """A loader of YAML that refuses a key which stands twice in a mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Mapping[Any, Any]:  # type: ignore[override]
        # PyYAML keeps the last of two: the exceptions of a first list would be gone without a word.
        keys = [key.value for key, _ in node.value]
        if repeated := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.YAMLError(f"`{repeated[0]}` stands twice, line {node.start_mark.line + 1}")
        return super().construct_mapping(node, deep=deep)
