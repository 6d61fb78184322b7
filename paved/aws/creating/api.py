"""The API as one handler uses it: each call is checked against AWS's model, then run in memory."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import OperationModel, StructureShape

from paved.aws.creating.fitting import Renamed, fitted
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.memory import MemoryAws
from paved.aws.creating.strict import ModelViolation, findings
from paved.aws.creating.tagging import tag_findings
from paved.errors import PavedError
from paved.rehearsal.moto_unsupported import MOTO_UNSUPPORTED
from paved.rehearsal.outcome import Call, Rejected, Rejection
from reference.tags import effective_tags

Params = Mapping[str, Any]


class SimulatorGap(PavedError):
    """The simulator lacks an operation that is not known to be lacking. A defect of Paved."""

    exit_code = 70


@dataclass(frozen=True, kw_only=True)
class ProviderScope:
    """Where a resource is created, and the default tags of the provider that creates it."""

    account: str
    region: str
    partition: str
    default_tags: Mapping[str, str]


class Api:
    """Makes the calls of one resource and keeps a record of them."""

    def __init__(self, memory: MemoryAws, place: ProviderScope, urn: str):
        """Calls land in the account and region of `place`; ids follow from `urn`."""
        self.place = place
        self.calls: list[Call] = []
        self.warnings: list[str] = []
        self.tagged: dict[str, str] | None = None
        self._memory = memory
        self._urn = urn

    def call(self, service: str, operation: str, params: Params) -> dict[str, Any]:
        """Make a call and return its answer; parameters that are None are left out.

        The answer to a call that the simulator lacks is empty. Raises Rejected when AWS's model or the
        simulator refuses the call.
        """
        call = Call(
            service=service, operation=operation, ran=f"{service}.{operation}" not in MOTO_UNSUPPORTED
        )
        self.calls.append(call)
        return self._made(call, {key: value for key, value in params.items() if value is not None})

    def check(self, service: str, operation: str, params: Params) -> None:
        """Check a call that the provider makes later, at an update or a deletion, without making it."""
        given = {key: value for key, value in params.items() if value is not None}
        call = Call(service=service, operation=operation, ran=False)
        self._judge(call, list(findings(self.shape(service, operation), given)))

    def inside(self, service: str, operation: str, params: Params) -> dict[str, Any]:
        """What the service itself does in the account: look something up, make what it needs. Not a call of ours."""
        return self._sent(Call(service=service, operation=operation, ran=True), params)

    def shape(self, service: str, operation: str) -> StructureShape:
        """The input of an operation in AWS's model."""
        shape = self._operation(service, operation).input_shape
        if shape is None:
            raise LookupError(f"{service}.{operation} takes no input")
        return shape

    def fit(
        self, service: str, operation: str, inputs: Inputs, renamed: Renamed | None = None
    ) -> dict[str, Any]:
        """The parameters of a call that `inputs` give a value for, in the spelling of the API."""
        return fitted(inputs, self.shape(service, operation), renamed)

    def tags(self, inputs: Inputs) -> dict[str, str]:
        """The tags the resource will carry: the provider's default tags and its own.

        Raises Rejected when they break the rules that all services share.
        """
        self.tagged = effective_tags(self.place.default_tags, inputs.take_map("tags"))
        if found := list(tag_findings(self.tagged)):
            raise Rejected([Rejection(parameter=f.parameter, rule=f.rule, value=f.value) for f in found])
        return self.tagged

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """An ARN of this account."""
        place = self.place
        return (
            f"arn:{place.partition}:{service}:{place.region if regional else ''}:{place.account}:{resource}"
        )

    def made_up(self, purpose: str, digits: int) -> str:
        """Hexadecimal digits for the id of something that no simulator creates. The same ones every time."""
        return sha256(f"{self._urn} {purpose}".encode()).hexdigest()[:digits]

    def made_up_uuid(self, purpose: str) -> str:
        """A UUID, made as `made_up` makes digits."""
        return str(UUID(hex=self.made_up(purpose, 32)))

    def stock_managed_policy(self, arn: str) -> None:
        """Let the account hold a policy that AWS manages, as every account does. Unknown names stay unknown."""
        self._memory.stock_managed_policy(self.place.account, self.place.partition, arn)

    def claim(self, *key: str) -> bool:
        """Take a name that no simulator keeps, and say whether it was free."""
        return self._memory.claim((self.place.account, self.place.region, *key))

    def is_claimed(self, *key: str) -> bool:
        """Whether a name that no simulator keeps was taken."""
        return self._memory.is_claimed((self.place.account, self.place.region, *key))

    def _operation(self, service: str, operation: str) -> OperationModel:
        return self._client(service).meta.service_model.operation_model(operation)  # type: ignore[no-any-return]

    def _client(self, service: str) -> Any:
        return self._memory.client(service, self.place.account, self.place.region)

    def _made(self, call: Call, params: Params) -> dict[str, Any]:
        client = self._client(call.service)
        event = f"{client.meta.service_model.service_id.hyphenize()}.{call.operation}"
        hooks = [(f"before-parameter-build.{event}", self._strictly(call))]
        if not call.ran:
            hooks.append((f"before-call.{event}", _answer_nothing))
        for name, hook in hooks:
            client.meta.events.register_last(name, hook)
        try:
            return self._sent(call, params)
        finally:
            for name, hook in hooks:
                client.meta.events.unregister(name, hook)

    def _sent(self, call: Call, params: Params) -> dict[str, Any]:
        try:
            answer = getattr(self._client(call.service), xform_name(call.operation))(**params)
        except ParamValidationError as error:
            raise Rejected([Rejection(call=str(call), rule=str(error))]) from error
        except (ClientError, NotImplementedError) as error:
            if _is_gap(error):
                raise SimulatorGap(
                    f"the simulator lacks {call}, which `MOTO_UNSUPPORTED` does not name"
                ) from error
            raise Rejected([_refusal(call, error)]) from error
        return dict(answer)

    def _strictly(self, call: Call) -> Any:
        def check(params: Params, model: OperationModel, **_: object) -> None:
            if model.input_shape is not None:
                self._judge(call, list(findings(model.input_shape, params)))

        return check

    def _judge(self, call: Call, found: Sequence[ModelViolation]) -> None:
        rejections = [
            Rejection(call=str(call), parameter=f.parameter or None, rule=f.rule, value=f.value)
            for f in found
        ]
        self.warnings += [str(r) for r, f in zip(rejections, found, strict=True) if f.doubtful]
        if certain := [r for r, f in zip(rejections, found, strict=True) if not f.doubtful]:
            raise Rejected(certain)


def _answer_nothing(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
    return AWSResponse("", 200, HTTPHeaders(), None), {}


def _is_gap(error: Exception) -> bool:
    return isinstance(error, NotImplementedError) or "Not yet implemented" in str(error)


def _refusal(call: Call, error: Exception) -> Rejection:
    detail = error.response["Error"] if isinstance(error, ClientError) else {}
    code, message = detail.get("Code"), re.sub(r"\s+", " ", str(detail.get("Message", error)))
    return Rejection(call=str(call), rule=f"{message} ({code})" if code else message)
