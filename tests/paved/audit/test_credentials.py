"""The permissions of an audit are those of its calls, and they read."""

import json
import re

from botocore import xform_name
from botocore.session import Session

from paved.audit.credentials import policy_document
from paved.aws.services import actions_by_call
from paved.cli import run

READS = re.compile(r"[a-z0-9-]+:(Describe|Get|List|View)[A-Za-z]+")
FREE = {"ce", "pricing", "athena", "cur"}
"""Services that charge for being asked."""


def test_every_call_exists_and_none_of_it_writes():
    session = Session()
    for call in actions_by_call():
        service, operation = call.split(".")
        model = session.get_service_model(service).operation_model(operation)
        assert xform_name(operation)
        assert re.match("Describe|Get|List|Head", model.name), call


def test_every_action_only_reads():
    assert [action for action in actions_by_call().values() if not READS.fullmatch(action)] == []


def test_no_call_costs_money():
    assert not {call.partition(".")[0] for call in actions_by_call()} & FREE


def test_every_call_of_a_reader_is_among_the_permissions():
    from pathlib import Path

    import paved

    folders = [Path(paved.__file__).parent / name for name in ("audit", "aws")]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    literal = set(re.findall(r'"([a-z0-9]+\.(?:Describe|Get|Head|List)[A-Za-z]+)"', text))
    assert len(literal) > 60
    assert literal <= actions_by_call().keys()


def test_the_command_prints_the_policy(capsys):
    assert run(["audit", "--permissions"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == policy_document()
    [statement] = printed["Statement"]
    assert statement["Action"] == sorted(set(actions_by_call().values()))
