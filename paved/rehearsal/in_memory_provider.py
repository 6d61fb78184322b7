"""The provider of a rehearsal: it answers a program as the engine's providers would, from an in-memory account."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from paved.aws.creating.api import Api, ProviderScope
from paved.aws.creating.inputs import Inputs, revealed
from paved.aws.creating.memory import MemoryAws
from paved.aws.creating.registry import Created, creator_of, service_of
from paved.aws.creating.rejections import Call, Rejected, Rejection
from paved.rehearsal.api_server import ApiServer
from paved.rehearsal.kubernetes import is_built_in, object_problems, release_problems
from paved.rehearsal.outcome import Outcome, Status
from paved.runtime.registration import Registration
from paved.runtime.values import Secret, provider_input
from policies.resources import PATCH
from reference.vocabulary import AWS_PROVIDER, HELM_RELEASE, KUBERNETES_PROVIDER, UNKNOWN


@dataclass(frozen=True, kw_only=True)
class StackTarget:
    """The account, the region and the cluster version that the config of a stack names."""

    account: str
    region: str
    partition: str
    kubernetes_version: str


class InMemoryProvider:
    """Creates each resource in memory and keeps the outcome. A refused one is refused to the program too."""

    def __init__(
        self,
        memory: MemoryAws,
        target: StackTarget,
        *,
        references: Callable[[str], Mapping[str, Any]],
        server: ApiServer | None = None,
        on_outcome: Callable[[Outcome], None] | None = None,
    ):
        """`references` answers the program's StackReferences; `on_outcome` is called with each outcome."""
        self.outcomes: list[Outcome] = []
        self._memory = memory
        self._target = target
        self._references = references
        self._server = server
        self._on_outcome = on_outcome
        self._scopes: dict[str, ProviderScope] = {}
        self._rejected: dict[str, str] = {}

    def stack_outputs(self, stack: str) -> Mapping[str, Any]:
        """The outputs of a stack that was rehearsed before."""
        return self._references(stack)

    def new_resource(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """The id and outputs of a resource. Raises Rejected, once its outcome is kept."""
        attempt = _Attempt(registration)
        try:
            self._refuse_unknown(registration)
            id, outputs = self._create(registration, attempt)
        except Rejected as rejected:
            self._rejected[registration.urn] = registration.name
            self._keep(attempt.outcome("rejected", rejections=rejected.rejections))
            raise
        ran = bool(attempt.calls) and all(call.ran for call in attempt.calls)
        self._keep(attempt.outcome("created" if ran else "validated", id=id))
        return id, outputs

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if self._on_outcome:
            self._on_outcome(outcome)

    def _refuse_unknown(self, registration: Registration) -> None:
        rejections = [
            Rejection(
                parameter=path, rule=f"waits for {self._rejected_dependencies(registration)}", follows=True
            )
            for path in _unknowns(registration.inputs, "")
        ]
        if rejections:
            raise Rejected(rejections)

    def _rejected_dependencies(self, registration: Registration) -> str:
        names = [f"`{self._rejected[urn]}`" for urn in registration.depends_on if urn in self._rejected]
        return f"{', '.join(names)}, which was rejected" if names else "a resource that was rejected"

    def _create(self, registration: Registration, attempt: "_Attempt") -> tuple[str, Mapping[str, Any]]:
        if registration.type.startswith("pulumi:providers:"):
            return self._create_provider(registration)
        if registration.type.startswith("kubernetes:"):
            return self._create_object(registration, attempt)
        if registration.type.startswith("aws:"):
            return self._create_in_aws(registration, attempt)
        raise Rejected([Rejection(rule=f"no handler for the type {registration.type}")])

    def _create_provider(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        if registration.type == AWS_PROVIDER:
            self._scopes[registration.urn] = _scope(registration, self._target)
        elif registration.type != KUBERNETES_PROVIDER:
            raise Rejected([Rejection(rule=f"no handler for the type {registration.type}")])
        elif not registration.inputs.get("kubeconfig"):
            raise Rejected([Rejection(parameter="kubeconfig", rule="is required, or the user's own is used")])
        return str(uuid5(NAMESPACE_URL, registration.urn)), registration.inputs

    def _create_in_aws(
        self, registration: Registration, attempt: "_Attempt"
    ) -> tuple[str, Mapping[str, Any]]:
        create = creator_of(registration.type)
        if create is None:
            raise Rejected([Rejection(rule=f"no handler for the type {registration.type}")])
        scope = self._scopes.get(registration.provider or "")
        if scope is None:
            raise Rejected([Rejection(rule="has no AWS provider that pins its account: pass one")])
        inputs = Inputs(registration.inputs)
        region = inputs.take("region", scope.region)
        api = attempt.api = Api(self._memory, replace(scope, region=region), registration.urn)
        self._memory.seed(registration.urn)
        created = create(inputs, api)
        if unmapped := list(inputs.unmapped()):
            raise Rejected([Rejection(parameter=path, rule="unmapped input") for path in unmapped])
        return created.id, _outputs(registration, created, api)

    def _create_object(
        self, registration: Registration, attempt: "_Attempt"
    ) -> tuple[str, Mapping[str, Any]]:
        inputs = revealed(registration.inputs)
        is_patch = registration.type.endswith(PATCH)
        if registration.type == HELM_RELEASE:
            rejections = list(release_problems(inputs))
            namespace, name = inputs.get("namespace"), inputs.get("name")
        else:
            rejections = list(object_problems(inputs, self._target.kubernetes_version, is_patch=is_patch))
            metadata = inputs.get("metadata") or {}
            namespace, name = metadata.get("namespace"), metadata.get("name")
        if rejections:
            raise Rejected(rejections)
        # A patch says nothing of the object that it changes: creating it, even for a trial, would be refused.
        is_object = registration.type != HELM_RELEASE and not is_patch
        if self._server and is_object and (doubt := self._server.dry_run(inputs)):
            attempt.warnings.append(doubt)
        return "/".join(part for part in (namespace, name) if part), registration.inputs


class _Attempt:
    """The creation of one resource, on its way to an outcome."""

    def __init__(self, registration: Registration):
        self.registration = registration
        self.service = _service(registration)
        self.warnings: list[str] = []
        self.api: Api | None = None

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(self.api.calls) if self.api else ()

    def outcome(self, status: Status, **found: Any) -> Outcome:
        warnings = (*self.warnings, *(self.api.warnings if self.api else ()))
        return Outcome(
            urn=self.registration.urn,
            type=self.registration.type,
            name=self.registration.name,
            service=self.service,
            status=status,
            calls=self.calls,
            warnings=warnings,
            **found,
        )


def _service(registration: Registration) -> str:
    """The service that the resource is counted under."""
    package = registration.type.partition(":")[0]
    if package == "pulumi":
        return "provider"
    if registration.type == HELM_RELEASE:
        return "helm"
    if package == "kubernetes":
        built_in = is_built_in(str(registration.inputs.get("apiVersion")))
        return "kubernetes" if built_in else "kubernetes (custom)"
    return service_of(registration.type) or package


def _scope(registration: Registration, target: StackTarget) -> ProviderScope:
    """The scope of a provider. Raises Rejected unless it is pinned to the account and region of the config."""
    inputs = {key: provider_input(value) for key, value in revealed(registration.inputs).items()}
    # Unpinned, a provider creates in whatever account and region the caller's environment names.
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


def _outputs(registration: Registration, created: Created, api: Api) -> Mapping[str, Any]:
    outputs = {**registration.inputs, "region": api.scope.region, **created.outputs}
    return outputs if api.merged_tags is None else {**outputs, "tagsAll": api.merged_tags}


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
