"""A provider plugin that stands in for a cloud: it accepts everything, remembers it and records every call."""

# ruff: noqa: N802 -- the protocol names its methods in CamelCase

import threading
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import (
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from tests.engine import computed

MESSAGE_LIMIT = 400 * 1024 * 1024
"""What the engine itself allows; gRPC's default of 4 MiB is below a large stack."""
SIZES = (
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
)


@dataclass(frozen=True)
class Call:
    """One call of the engine that changes a resource."""

    method: str
    urn: str


@dataclass
class Journal:
    """The calls of the engine in the order they arrived, over all providers that share the journal."""

    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, method: str, urn: str) -> None:
        """Record one call."""
        with self._lock:
            self.calls.append(Call(method, urn))

    def of(self, method: str, stack: str) -> list[str]:
        """The URNs of a stack that `method` was called for, in order."""
        return [c.urn for c in self.calls if c.method == method and c.urn.startswith(f"urn:pulumi:{stack}::")]


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """A provider of any package. Ids, and the outputs that the SDK declares, are derived from the URN."""

    def __init__(self, package: str, journal: Journal, *, typed: bool):
        """`typed` adds the outputs that the SDK's classes declare; without it, outputs are the inputs."""
        self._version = metadata.version(
            f"pulumi-{package}"
        )  # the engine warns when it is older than the SDK
        self._journal = journal
        self._typed = typed

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=True
        )

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return _difference(request.old_inputs, request.news)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True
        )

    def Invoke(self, request: Any, context: Any) -> Any:
        failure = provider_pb2.CheckFailure(reason=f"{request.tok} is a data source: the program uses none")
        return provider_pb2.InvokeResponse(failures=[failure])

    def Check(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        return _difference(request.old_inputs, request.news)

    def Create(self, request: Any, context: Any) -> Any:
        if request.preview:
            return provider_pb2.CreateResponse(properties=self._promised(request.urn, request.properties))
        self._journal.note("create", request.urn)
        return provider_pb2.CreateResponse(
            id=_identity(request.urn), properties=self._made(request.urn, request.properties)
        )

    def Update(self, request: Any, context: Any) -> Any:
        if request.preview:
            return provider_pb2.UpdateResponse(properties=self._promised(request.urn, request.news))
        self._journal.note("update", request.urn)
        return provider_pb2.UpdateResponse(properties=self._made(request.urn, request.news))

    def Construct(self, request: Any, context: Any) -> Any:
        """Register a component of the package, as the provider does, without what it would find inside."""
        with grpc.insecure_channel(request.monitorEndpoint, options=SIZES) as channel:
            monitor = resource_pb2_grpc.ResourceMonitorStub(channel)
            asked = resource_pb2.RegisterResourceRequest(
                type=request.type,
                name=request.name,
                parent=request.parent,
                object=request.inputs,
                protect=request.protect,
                dependencies=request.dependencies,
                providers=request.providers,
                aliasURNs=request.aliases,
                acceptSecrets=True,
                acceptResources=True,
            )
            made = monitor.RegisterResource(asked)
            nothing = struct_pb2.Struct()
            monitor.RegisterResourceOutputs(
                resource_pb2.RegisterResourceOutputsRequest(urn=made.urn, outputs=nothing)
            )
        return provider_pb2.ConstructResponse(urn=made.urn, state=struct_pb2.Struct())

    def Read(self, request: Any, context: Any) -> Any:
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:
        self._journal.note("delete", request.urn)
        return empty_pb2.Empty()

    def _promised(self, urn: str, inputs: Any) -> Any:
        return _mapped(inputs, lambda given: computed.pending(_token(urn), given)) if self._typed else inputs

    def _made(self, urn: str, inputs: Any) -> Any:
        if not self._typed:
            return inputs
        return _mapped(inputs, lambda given: computed.outputs(_token(urn), _name(urn), given))


class Servers:
    """Stand-ins listening on loopback, each on a port of its own. Use as a context manager."""

    def __init__(self, **typed: bool):
        """One provider per keyword: the package's name, and whether its outputs are typed."""
        self.journal = Journal()
        self._servers = {
            name: _server(StandIn(name, self.journal, typed=flag)) for name, flag in typed.items()
        }
        self.ports: dict[str, int] = {}

    def __enter__(self) -> "Servers":
        for name, server in self._servers.items():
            self.ports[name] = server.add_insecure_port("127.0.0.1:0")
            server.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.stop(grace=None).wait()


def _server(provider: StandIn) -> grpc.Server:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=SIZES)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    return server


def _difference(old: struct_pb2.Struct, new: struct_pb2.Struct) -> Any:
    kinds = provider_pb2.DiffResponse
    before, after = json_format.MessageToDict(old), json_format.MessageToDict(new)
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return kinds(changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE, diffs=changed)


def _mapped(
    given: struct_pb2.Struct, function: Callable[[dict[str, Any]], dict[str, Any]]
) -> struct_pb2.Struct:
    return json_format.ParseDict(function(json_format.MessageToDict(given)), struct_pb2.Struct())


def _token(urn: str) -> str:
    return urn.split("::")[2].split("$")[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _identity(urn: str) -> str:
    return f"{_token(urn).split(':')[-1]}-{_name(urn)}"
