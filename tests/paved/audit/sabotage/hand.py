"""A hand in a rehearsed account: what somebody does there, and what an audit must say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

PROD, RISK = "111122223333", "777788889999"
FOREIGN = "999988887777"
"""An account of nobody's."""
ANYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@dataclass(frozen=True)
class Seen:
    """A difference that an audit must tell. `address` may be a pattern."""

    kind: str
    severity: str
    concern: str
    address: str
    property: str | None = None


@dataclass
class Hand:
    """Clients of the account of a stack, and answers in place of AWS where the simulator lacks a call."""

    session: Any
    answers: dict[str, Callable[..., Any]] = field(default_factory=dict)
    number: str = PROD

    def __call__(self, service: str) -> Any:
        return self.session.client(service)

    def patch(self, call: str, change: Callable[[Any, Mapping[str, Any]], None]) -> None:
        """Change what a call answers."""
        before = self.answers.get(call)

        def changed(real: Any, request: Mapping[str, Any]) -> Any:
            answer = before(real, request) if before else real(**request)
            change(answer, request)
            return answer

        self.answers[call] = changed

    def vpc(self) -> str:
        """The VPC of the foundation."""
        return str(self._one("Vpcs", "describe_vpcs", Filters=self._named("foundation-prod"))["VpcId"])

    def subnet(self, name: str) -> str:
        return str(self._one("Subnets", "describe_subnets", Filters=self._named(name))["SubnetId"])

    def table(self, name: str) -> Mapping[str, Any]:
        return self._one("RouteTables", "describe_route_tables", Filters=self._named(name))

    def key(self, alias: str) -> str:
        return str(self("kms").describe_key(KeyId=f"alias/{alias}")["KeyMetadata"]["KeyId"])

    def _one(self, key: str, method: str, **params: Any) -> Mapping[str, Any]:
        found: Mapping[str, Any] = getattr(self("ec2"), method)(**params)[key][0]
        return found

    @staticmethod
    def _named(name: str) -> list[dict[str, Any]]:
        return [{"Name": "tag:Name", "Values": [name, f"paved-{name}"]}]


@dataclass(frozen=True)
class Sabotage:
    """One thing done by hand in the account of a stack. `unseen` says why an audit cannot tell it."""

    title: str
    stack: str
    change: Callable[[Hand], None]
    seen: tuple[Seen, ...]
    unseen: str | None


SABOTAGES: list[Sabotage] = []


def sabotage(
    title: str, *seen: Seen, stack: str = "foundation-prod", unseen: str | None = None
) -> Callable[[Callable[[Hand], None]], Callable[[Hand], None]]:
    """Keep a function as a sabotage of the account of a stack."""

    def keep(change: Callable[[Hand], None]) -> Callable[[Hand], None]:
        assert bool(seen) != bool(unseen), title
        SABOTAGES.append(Sabotage(title, stack, change, seen, unseen))
        return change

    return keep


def extra(address: str, part: str, concern: str = "network", severity: str = "high") -> Seen:
    """Something more inside a planned resource."""
    return Seen("extra", severity, concern, address, part)


def changed(address: str, place: str, concern: str, severity: str = "high") -> Seen:
    """A value of a planned resource that is another."""
    return Seen("changed", severity, concern, address, place)


def beside(address: str, concern: str = "identity", severity: str = "medium") -> Seen:
    """Something that no plan of the folder has."""
    return Seen("beside", severity, concern, address)
