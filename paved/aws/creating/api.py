"""The API as one creator uses it: each call is checked against AWS's model, then run in memory."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from paved.aws.creating.inputs import Inputs
from paved.aws.creating.rejections import Call, Rejected, Rejection
from paved.aws.creating.request import Renamed, request_members
from paved.aws.creating.strict import ModelViolation, model_violations, tag_violations
from paved.aws.services import moto_unsupported
from paved.errors import PavedError
from reference.tags import effective_tags

# The audit imports the service modules as well, and needs neither moto nor, to print its permissions, botocore.
if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel, StructureShape

    from paved.aws.creating.memory import MemoryAws

Params = Mapping[str, Any]


class UndeclaredGap(PavedError):
    """The simulator lacks an operation that no service declares as lacking. A defect of Paved."""

    exit_code = 70


@dataclass(frozen=True, kw_only=True)
class ProviderScope:
    """The account and region that a provider creates resources in, and the tags that it puts on all of them."""

    account: str
    region: str
    partition: str
    default_tags: Mapping[str, str]


class Api:
    """Makes the calls of one resource and keeps a record of them."""

    def __init__(self, memory: "MemoryAws", scope: ProviderScope, urn: str):
        """Calls land in the account and region of `scope`; generated ids follow from `urn`."""
        self.scope = scope
        self.calls: list[Call] = []
        self.warnings: list[str] = []
        self.merged_tags: dict[str, str] | None = None
        self._memory = memory
        self._urn = urn

    def call(self, service: str, operation: str, params: Params) -> dict[str, Any]:
        """Make a call and return its answer; parameters that are None are left out.

        The answer to a call that the simulator lacks is empty. Raises Rejected when AWS's model or the
        simulator refuses the call.
        """
        call = Call(
            service=service, operation=operation, ran=f"{service}.{operation}" not in moto_unsupported()
        )
        self.calls.append(call)
        return self._run(call, _given(params))

    def check(self, service: str, operation: str, params: Params) -> None:
        """Check a call that the provider makes later, at an update or a deletion, without making it."""
        call = Call(service=service, operation=operation, ran=False)
        self._refuse(call, list(model_violations(self.shape(service, operation), _given(params))))

    def internal_call(self, service: str, operation: str, params: Params) -> dict[str, Any]:
        """Make a call that the service itself makes, to look up or to create. It is not one of the provider's."""
        return self._send(Call(service=service, operation=operation, ran=True), params)

    def shape(self, service: str, operation: str) -> "StructureShape":
        """The input of an operation in AWS's model."""
        shape = self._operation(service, operation).input_shape
        if shape is None:
            raise LookupError(f"{service}.{operation} takes no input")
        return shape

    def request(
        self, service: str, operation: str, inputs: Inputs, renamed: Renamed | None = None
    ) -> dict[str, Any]:
        """The parameters of a call that `inputs` give a value for, in the spelling of the API."""
        return request_members(inputs, self.shape(service, operation), renamed)

    def tags(self, inputs: Inputs) -> dict[str, str]:
        """The tags the resource will carry: the provider's default tags and its own.

        Raises Rejected when they break the rules that all services share.
        """
        self.merged_tags = effective_tags(self.scope.default_tags, inputs.take_map("tags"))
        violations = list(tag_violations(self.merged_tags))
        if violations:
            raise Rejected([violation.rejection() for violation in violations])
        return self.merged_tags

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """An ARN of this account."""
        scope = self.scope
        region = scope.region if regional else ""
        return f"arn:{scope.partition}:{service}:{region}:{scope.account}:{resource}"

    def generated_hex(self, purpose: str, digits: int) -> str:
        """Hexadecimal digits for the id of something that no simulator creates. The same ones every time."""
        return sha256(f"{self._urn} {purpose}".encode()).hexdigest()[:digits]

    def generated_uuid(self, purpose: str) -> str:
        """A UUID for something that no simulator creates. The same one every time."""
        return str(UUID(hex=self.generated_hex(purpose, 32)))

    def add_managed_policy(self, arn: str) -> None:
        """Let the account hold a policy that AWS manages, as every account does. Unknown names stay unknown."""
        self._memory.add_managed_policy(self.scope.account, self.scope.partition, arn)

    def claim(self, *key: str) -> bool:
        """Take a name that no simulator keeps, and say whether it was free."""
        return self._memory.claim((self.scope.account, self.scope.region, *key))

    def is_claimed(self, *key: str) -> bool:
        """Whether a name that no simulator keeps was taken."""
        return self._memory.is_claimed((self.scope.account, self.scope.region, *key))

    def _operation(self, service: str, operation: str) -> "OperationModel":
        return self._client(service).meta.service_model.operation_model(operation)  # type: ignore[no-any-return]

    def _client(self, service: str) -> Any:
        return self._memory.client(service, self.scope.account, self.scope.region)

    def _run(self, call: Call, params: Params) -> dict[str, Any]:
        client = self._client(call.service)
        event = f"{client.meta.service_model.service_id.hyphenize()}.{call.operation}"
        hooks = [(f"before-parameter-build.{event}", self._checker(call))]
        if not call.ran:
            hooks.append((f"before-call.{event}", _empty_answer))
        for name, hook in hooks:
            client.meta.events.register_last(name, hook)
        try:
            return self._send(call, params)
        finally:
            for name, hook in hooks:
                client.meta.events.unregister(name, hook)

    def _send(self, call: Call, params: Params) -> dict[str, Any]:
        from botocore import xform_name
        from botocore.exceptions import ClientError, ParamValidationError

        try:
            answer = getattr(self._client(call.service), xform_name(call.operation))(**params)
        except ParamValidationError as error:
            raise Rejected([Rejection(call=str(call), rule=str(error))]) from error
        except (ClientError, NotImplementedError) as error:
            if _is_gap(error):
                raise UndeclaredGap(
                    f"the simulator lacks {call}, which `MOTO_UNSUPPORTED` does not name"
                ) from error
            raise Rejected([_rejection(call, error)]) from error
        return dict(answer)

    def _checker(self, call: Call) -> Any:
        """A botocore hook that holds the parameters of a call to AWS's model."""

        def check(params: Params, model: "OperationModel", **_: object) -> None:
            if model.input_shape is not None:
                self._refuse(call, list(model_violations(model.input_shape, params)))

        return check

    def _refuse(self, call: Call, violations: Sequence[ModelViolation]) -> None:
        """Keep doubtful violations as warnings. Raises Rejected for the others."""
        rejections = [each.rejection(call) for each in violations if not each.doubtful]
        self.warnings += [str(each.rejection(call)) for each in violations if each.doubtful]
        if rejections:
            raise Rejected(rejections)


def _given(params: Params) -> dict[str, Any]:
    return {key: value for key, value in params.items() if value is not None}


def _empty_answer(**_: object) -> "tuple[AWSResponse, dict[str, Any]]":
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    return AWSResponse("", 200, HTTPHeaders(), None), {}


def _is_gap(error: Exception) -> bool:
    return isinstance(error, NotImplementedError) or "Not yet implemented" in str(error)


def _rejection(call: Call, error: Exception) -> Rejection:
    """The words of the simulator: of an AWS error its message and code."""
    detail = getattr(error, "response", {}).get("Error", {})
    code, message = detail.get("Code"), re.sub(r"\s+", " ", str(detail.get("Message", error)))
    return Rejection(call=str(call), rule=f"{message} ({code})" if code else message)
