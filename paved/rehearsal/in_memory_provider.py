"""Answering a program as the engine's providers would, with what the in-memory account makes of each resource."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from paved.aws.creating.api import Api, ProviderScope
from paved.aws.creating.inputs import Inputs, revealed
from paved.aws.creating.memory import MemoryAws
from paved.aws.creating.registry import Created, handler_of, service_of
from paved.rehearsal.api_server import ApiServer
from paved.rehearsal.kubernetes import is_built_in, object_problems, release_problems
from paved.rehearsal.outcome import Call, Outcome, Rejected, Rejection, Status
from paved.runtime.registration import Registration
from paved.runtime.values import Secret
from reference.vocabulary import HELM_RELEASE, UNKNOWN

AWS_PROVIDER = "pulumi:providers:aws"
KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a stack is meant to land, by its own config."""

    account: str
    region: str
    partition: str
    kubernetes_version: str


class InMemoryProvider:
    """Creates each resource in memory and keeps the outcome. A refused one is refused to the program too."""

    def __init__(
        self,
        memory: MemoryAws,
        target: Target,
        *,
        references: Callable[[str], Mapping[str, Any]],
        server: ApiServer | None = None,
        on_outcome: Callable[[Outcome], None] | None = None,
    ):
        """`references` answers the program's StackReferences; `on_outcome` hears of each resource when it is done."""
        self.outcomes: list[Outcome] = []
        self._memory = memory
        self._target = target
        self._references = references
        self._server = server
        self._on_outcome = on_outcome
        self._places: dict[str, ProviderScope] = {}
        self._rejected: dict[str, str] = {}

    def stack_outputs(self, stack: str) -> Mapping[str, Any]:
        """The outputs of a stack that was rehearsed before."""
        return self._references(stack)

    def new_resource(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """The id and outputs of a resource. Raises Rejected, once its outcome is kept."""
        trial = _Trial(registration)
        try:
            self._refuse_unknown(registration)
            id, outputs = self._made(registration, trial)
        except Rejected as rejected:
            self._rejected[registration.urn] = registration.name
            self._keep(trial.outcome("rejected", rejections=rejected.rejections))
            raise
        ran = bool(trial.calls) and all(call.ran for call in trial.calls)
        self._keep(trial.outcome("created" if ran else "validated", id=id))
        return id, outputs

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if self._on_outcome:
            self._on_outcome(outcome)

    def _refuse_unknown(self, registration: Registration) -> None:
        rejections = [
            Rejection(parameter=path, rule=f"waits for {self._culprits(registration)}", follows=True)
            for path in _unknowns(registration.inputs, "")
        ]
        if rejections:
            raise Rejected(rejections)

    def _culprits(self, registration: Registration) -> str:
        names = [f"`{self._rejected[urn]}`" for urn in registration.depends_on if urn in self._rejected]
        return f"{', '.join(names)}, which was rejected" if names else "a resource that was rejected"

    def _made(self, registration: Registration, trial: "_Trial") -> tuple[str, Mapping[str, Any]]:
        if registration.type.startswith("pulumi:providers:"):
            return self._provider(registration)
        if registration.type.startswith("kubernetes:"):
            return self._kubernetes(registration, trial)
        if registration.type.startswith("aws:"):
            return self._aws(registration, trial)
        raise Rejected([Rejection(rule=f"no handler for the type {registration.type}")])

    def _provider(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        if registration.type == AWS_PROVIDER:
            self._places[registration.urn] = _place(registration, self._target)
        elif registration.type != KUBERNETES_PROVIDER:
            raise Rejected([Rejection(rule=f"no handler for the type {registration.type}")])
        elif not registration.inputs.get("kubeconfig"):
            raise Rejected([Rejection(parameter="kubeconfig", rule="is required, or the user's own is used")])
        return str(uuid5(NAMESPACE_URL, registration.urn)), registration.inputs

    def _aws(self, registration: Registration, trial: "_Trial") -> tuple[str, Mapping[str, Any]]:
        handler = handler_of(registration.type)
        if handler is None:
            raise Rejected([Rejection(rule=f"no handler for the type {registration.type}")])
        place = self._places.get(registration.provider or "")
        if place is None:
            raise Rejected([Rejection(rule="has no AWS provider that pins its account: pass one")])
        inputs = Inputs(registration.inputs)
        region = inputs.take("region", place.region)
        api = trial.api = Api(self._memory, replace(place, region=region), registration.urn)
        self._memory.seed(registration.urn)
        made = handler(inputs, api)
        if unmapped := list(inputs.unmapped()):
            raise Rejected([Rejection(parameter=path, rule="unmapped input") for path in unmapped])
        return made.id, _outputs(registration, made, api)

    def _kubernetes(self, registration: Registration, trial: "_Trial") -> tuple[str, Mapping[str, Any]]:
        inputs = revealed(registration.inputs)
        if registration.type == HELM_RELEASE:
            rejections = list(release_problems(inputs))
            namespace, name = inputs.get("namespace"), inputs.get("name")
        else:
            rejections = list(object_problems(inputs, self._target.kubernetes_version))
            metadata = inputs.get("metadata") or {}
            namespace, name = metadata.get("namespace"), metadata.get("name")
        if rejections:
            raise Rejected(rejections)
        if self._server and registration.type != HELM_RELEASE and (doubt := self._server.judge(inputs)):
            trial.warnings.append(doubt)
        return "/".join(part for part in (namespace, name) if part), registration.inputs


class _Trial:
    """One resource on its way to an outcome."""

    def __init__(self, registration: Registration):
        self.registration = registration
        self.service = _service(registration)
        self.warnings: list[str] = []
        self.api: Api | None = None

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(self.api.calls) if self.api else ()

    def outcome(self, status: Status, **found: Any) -> Outcome:
        asked = self.registration
        warnings = (*self.warnings, *(self.api.warnings if self.api else ()))
        return Outcome(
            urn=asked.urn,
            type=asked.type,
            name=asked.name,
            service=self.service,
            status=status,
            calls=self.calls,
            warnings=warnings,
            **found,
        )


def _service(registration: Registration) -> str:
    """What the resource is counted under."""
    package = registration.type.partition(":")[0]
    if package == "pulumi":
        return "provider"
    if registration.type == HELM_RELEASE:
        return "helm"
    if package == "kubernetes":
        built_in = is_built_in(str(registration.inputs.get("apiVersion")))
        return "kubernetes" if built_in else "kubernetes (custom)"
    return service_of(registration.type) or package


def _place(registration: Registration, target: Target) -> ProviderScope:
    """Where a provider lands. Refuses one that is not pinned to the account and region of the stack's config."""
    inputs = {key: _decoded(value) for key, value in revealed(registration.inputs).items()}
    pins = {"allowedAccountIds": [target.account], "region": target.region}
    rejections = [
        Rejection(
            parameter=key, rule=f"must be {wanted!r}, as the stack's config says", value=inputs.get(key)
        )
        for key, wanted in pins.items()
        if inputs.get(key) != wanted
    ]
    if rejections:
        raise Rejected(rejections)
    tags = (inputs.get("defaultTags") or {}).get("tags") or {}
    return ProviderScope(
        account=target.account, region=target.region, partition=target.partition, default_tags=tags
    )


def _outputs(registration: Registration, made: Created, api: Api) -> Mapping[str, Any]:
    given = {**registration.inputs, "region": api.place.region, **made.outputs}
    return given if api.tagged is None else {**given, "tagsAll": api.tagged}


def _decoded(value: Any) -> Any:
    """A provider's inputs are JSON text on the wire, except where they are text anyway."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _unknowns(value: Any, path: str) -> Iterator[str]:
    match value:
        case Secret():
            yield from _unknowns(value.value, path)
        case Mapping():
            for key, item in value.items():
                yield from _unknowns(item, f"{path}.{key}" if path else key)
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _unknowns(item, f"{path}[{index}]")
        case _ if value is UNKNOWN:
            yield path
