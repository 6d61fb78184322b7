"""The resource monitor of an in-process run: it records every registration and asks the provider of the run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import provider_pb2, resource_pb2

from paved.runtime.aliases import former_urns, urn_of
from paved.runtime.registration import Provider, Registered, Registration
from paved.runtime.wire import from_wire, to_wire
from reference.vocabulary import STACK_REFERENCE


class RecordingMonitor(MockMonitor):
    """Builds URNs as the engine does, which the SDK's own mock does not, and keeps every registration."""

    def __init__(self, project: str, stack: str, provider: Provider):
        """Record the run of `stack`; `provider` gives ids, outputs and referenced stacks."""
        self._project = project
        self._stack = stack
        self._provider = provider
        self.resources_by_urn: dict[str, Registered] = {}
        self.failures: list[tuple[str, Exception]] = []

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802 - gRPC's name
        """Record a resource and answer with its id and outputs."""
        registration = self._registered(request)
        try:
            self._refuse_duplicate(registration.urn)
            id, outputs = ("", {}) if not registration.custom else self._provider.new_resource(registration)
        except Exception as error:  # the program goes on with unknown outputs, so that all failures are seen
            self.failures.append((registration.urn, error))
            self._keep(registration, None, {})
            return resource_pb2.RegisterResourceResponse(
                urn=registration.urn, result=resource_pb2.Result.FAIL, object=struct_pb2.Struct()
            )
        self._keep(registration, id, outputs)
        return resource_pb2.RegisterResourceResponse(
            urn=registration.urn, id=id, object=to_wire(outputs), result=resource_pb2.Result.SUCCESS
        )

    def ReadResource(self, request: Any) -> resource_pb2.ReadResourceResponse:  # noqa: N802 - gRPC's name
        """Answer a StackReference; nothing else may be read, since a plan asks no account."""
        registration = self._read(request, request.properties)
        try:
            if request.type != STACK_REFERENCE:
                raise LookupError(f"{request.type} `{request.name}` is read; a plan has no account to ask")
            outputs = {
                "name": request.id,
                "outputs": self._provider.stack_outputs(request.id.rsplit("/", 1)[-1]),
                "secretOutputNames": [],
            }
        except Exception as error:
            self.failures.append((registration.urn, error))
            return resource_pb2.ReadResourceResponse(urn=registration.urn, result=resource_pb2.Result.FAIL)
        self._keep(registration, request.id, outputs)
        return resource_pb2.ReadResourceResponse(
            urn=registration.urn,
            id=request.id,
            properties=to_wire(outputs),
            result=resource_pb2.Result.SUCCESS,
        )

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802 - gRPC's name
        """Keep the outputs of a component, or of the stack itself."""
        done = self.resources_by_urn[request.urn]
        self._keep(done.registration, done.id, from_wire(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802 - gRPC's name
        """Refuse every data source: what a component needs is passed in."""
        reason = f"{request.tok} is called; a plan has no account to ask, so pass its value in"
        self.failures.append((request.tok, LookupError(reason)))
        return resource_pb2.ResourceInvokeResponse(failures=[provider_pb2.CheckFailure(reason=reason)])

    def _refuse_duplicate(self, urn: str) -> None:
        if urn in self.resources_by_urn:
            raise ValueError(f"two resources have the URN {urn}")

    def _keep(self, registration: Registration, id: str | None, outputs: Mapping[str, Any]) -> None:
        self.resources_by_urn[registration.urn] = Registered(
            registration=registration, id=id or None, outputs=outputs
        )

    def _registered(self, request: Any) -> Registration:
        # Dependencies are sets, and keys of the wire have no order: sorted, each run gives the same plan.
        dependencies: dict[str, tuple[str, ...]] = {}
        for key, value in sorted(request.propertyDependencies.items()):
            dependencies[key] = tuple(sorted(value.urns))
        return replace(
            self._read(request, request.object),
            custom=request.custom,
            property_dependencies=dependencies,
            protect=request.protect,
            delete_timeout=request.customTimeouts.delete or None,
            former_urns=self._former(request),
            retain_on_delete=self._is_retained(request),
        )

    def _read(self, request: Any, properties: struct_pb2.Struct) -> Registration:
        return Registration(
            urn=urn_of(self._stack, self._project, request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            parent=request.parent or None,
            custom=True,
            inputs=from_wire(properties),
            provider=request.provider.rpartition("::")[0] or None,
            depends_on=tuple(sorted(request.dependencies)),
            property_dependencies={},
            protect=False,
            delete_timeout=None,
        )

    def _is_retained(self, request: Any) -> bool:
        # As the engine: a resource that says nothing does as its parent.
        parent = self.resources_by_urn.get(request.parent)
        inherited = parent.registration.retain_on_delete if parent else False
        return request.retainOnDelete if request.HasField("retainOnDelete") else inherited

    def _former(self, request: Any) -> tuple[str, ...]:
        parent = self.resources_by_urn.get(request.parent)
        former = parent.registration.former_urns if parent else ()
        return former_urns(request, stack=self._stack, project=self._project, former_parents=former)
