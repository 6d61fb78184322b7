"""An in-memory AWS account, into which tests put resources as a program would."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi_aws  # noqa: F401 - registers the SDK's classes, against which inputs are checked
import pytest

from paved.aws.creating.memory import MemoryAws
from paved.aws.creating.rejections import Rejected
from paved.plan.typed_inputs import input_problems
from paved.rehearsal.in_memory_provider import InMemoryProvider, StackTarget
from paved.rehearsal.outcome import Outcome
from paved.runtime.registration import Registration

ACCOUNT, REGION = "111122223333", "us-east-1"
TARGET = StackTarget(account=ACCOUNT, region=REGION, partition="aws", kubernetes_version="1.35")
PROVIDER = "urn:pulumi:test::paved::pulumi:providers:aws::aws"
DEFAULT_TAGS = '{"tags": {"team": "vision", "service": "test"}}'


@dataclass
class RehearsedAccount:
    """One account and the provider that lands in it."""

    memory: MemoryAws
    target: StackTarget = TARGET
    provider: InMemoryProvider = field(init=False)

    def __post_init__(self) -> None:
        self.provider = InMemoryProvider(self.memory, self.target, references={}.__getitem__)
        pins = {"region": self.target.region, "allowedAccountIds": f'["{self.target.account}"]'}
        self.register(
            "pulumi:providers:aws", {**pins, "defaultTags": DEFAULT_TAGS}, name="aws", provider=None
        )

    def create(
        self, type: str, inputs: Mapping[str, Any], *, name: str = "it"
    ) -> tuple[str, Mapping[str, Any]]:
        """Create a resource. Its inputs must be ones that the SDK knows, so that no test tests a fiction."""
        assert not list(input_problems(type, inputs))
        return self.register(type, inputs, name=name)

    def register(
        self, type: str, inputs: Mapping[str, Any], *, name: str = "it", provider: str | None = PROVIDER
    ) -> tuple[str, Mapping[str, Any]]:
        return self.provider.new_resource(
            Registration(
                urn=f"urn:pulumi:test::paved::{type}::{name}",
                type=type,
                name=name,
                parent=None,
                custom=True,
                inputs=inputs,
                provider=provider,
                depends_on=(),
                property_dependencies={},
                protect=False,
                delete_timeout=None,
            )
        )

    def rejections(self, type: str, inputs: Mapping[str, Any], *, name: str = "it") -> list[str]:
        """Why a resource is refused, as it is told. Fails when it is not refused."""
        with pytest.raises(Rejected) as caught:
            self.register(type, inputs, name=name)
        return [str(rejection) for rejection in caught.value.rejections]

    @property
    def last(self) -> Outcome:
        """The outcome of the resource that was put in last."""
        return self.provider.outcomes[-1]

    @property
    def calls(self) -> list[str]:
        """The calls of the resource that was put in last."""
        return [str(call) for call in self.last.calls]

    def client(self, service: str) -> Any:
        """A boto3 client of the account, to read back what was made."""
        return self.memory.session(self.target.account, self.target.region).client(service)

    def role(self, name: str, service: str) -> str:
        """The ARN of a new role that `service` may assume."""
        statement = (
            f'{{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}'
        )
        trust = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
        _, outputs = self.create(
            "aws:iam/role:Role", {"name": name, "assumeRolePolicy": trust}, name=f"role-{name}"
        )
        return str(outputs["arn"])

    def vpc(self) -> str:
        """The id of a new VPC."""
        return self.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.16.0.0/16"}, name="vpc")[0]

    def subnet(self, vpc_id: str, zone: str, cidr: str) -> str:
        """The id of a new subnet."""
        inputs = {"vpcId": vpc_id, "availabilityZoneId": zone, "cidrBlock": cidr}
        return self.create("aws:ec2/subnet:Subnet", inputs, name=f"subnet-{zone}")[0]

    def key(self, alias: str) -> str:
        """The ARN of a new KMS key, under an alias."""
        _, outputs = self.create("aws:kms/key:Key", {"description": alias}, name=f"key-{alias}")
        named = {"name": f"alias/{alias}", "targetKeyId": outputs["keyId"]}
        self.create("aws:kms/alias:Alias", named, name=f"alias-{alias}")
        return str(outputs["arn"])


def document_admitting(service: str) -> str:
    """A policy that lets a service write to a bucket, or with a key."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["s3:PutObject", "kms:GenerateDataKey*"],
        "Resource": ["*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def key_admitting(account: RehearsedAccount, service: str) -> str:
    """The ARN of a new key that a service may use."""
    inputs = {"description": "records", "policy": document_admitting(service)}
    return str(account.create("aws:kms/key:Key", inputs, name=f"key-{service}")[1]["arn"])
