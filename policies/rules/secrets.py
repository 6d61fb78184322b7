"""Rules that keep credentials out of what a plan, a state file or a cluster shows."""

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from typing import TypeGuard

from policies.pods import annotation_maps, workload_containers
from policies.resources import KUBERNETES_SECRET, PODS, SECRET, SECRET_ROTATION, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, advice, claim
from policies.values import MISSING, Value
from reference.vocabulary import CONFIG_MAP, EC2_NODE_CLASS, HELM_RELEASE, LAUNCH_TEMPLATE

PARAMETER = "aws:ssm/parameter:Parameter"
PATTERNS = (
    re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r"\b(ghp|gho|ghs|ghu|github_pat|glpat|xox[abprs]|sk|hf)[-_][A-Za-z0-9_-]{20,}"),
    re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s:@]+@"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
)
NAMED = re.compile(r"(?i)(passw(or)?d|secret|token(?!s|iz)|api_?key|access_?key|private_?key|credential)")
HARMLESS = re.compile(r"(?i)(_?(name|path|file|dir|url|uri|arn|id|ref|ttl|type|source|enabled)s?)$")
ASSIGNED = re.compile(r"(?:^|[\s;])(?:--?)?(?P<name>[A-Za-z_][\w-]*)=[\"']?(?P<text>[^\s;\"'$`(){}]+)")
"""A name and its text, but for one that is worked out as the command runs."""
IN_FILE = re.compile(
    r"^[ \t]*(?:-[ \t]+|export[ \t]+)?[\"']?(?P<name>[A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*"
    r"[\"']?(?P<text>[^\s\"'#,;(){}\[\]$<`]+)",
    re.MULTILINE,
)
"""A line of a file that gives a text to a name: of YAML, of properties, of a script."""
PASSWORD = re.compile(r"(?i)passw(or)?d$")
CHARACTERS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"), re.compile("[^A-Za-z0-9_.-]"))
RANDOM = re.compile(r"^[A-Za-z0-9+/=_-]{24,}$")
LONG = 24
"""Characters from which a text under the name of a credential has to look random as well."""
RANDOM_BITS = 4.0
"""Bits a character from which text of one piece is taken for random: hex has 4, base64 nearly 6."""


def _plain_secrets(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == SECRET:
        yield claim(stack.uses_own_key(subject, subject.at("kmsKeyId")), "`kmsKeyId` names no key of ours")
        rotated = stack.companions(subject, SECRET_ROTATION, "secretId")
        yield advice(bool(rotated), "no SecretRotation refers to it")
        return
    is_chart = subject.kind == HELM_RELEASE
    for name, value in _texts_of_chart(subject.at("values")) if is_chart else _texts(subject):
        yield claim(~value.test(partial(_is_secret, name)), _message(value))
    if subject.pods:
        yield from _secrets_in_environment(subject)


def _secrets_in_environment(workload: Resource) -> Iterator[Claim]:
    # Every child process has the environment, and a crash report prints it.
    for container in workload_containers(workload):
        for variable in container.at("env").items():
            from_secret = variable.at("valueFrom.secretKeyRef")
            yield advice(
                from_secret.is_absent,
                f"`{variable.path}` puts a secret into the environment; mount it as a file",
            )


def _texts(subject: Resource) -> Iterator[tuple[str, Value]]:
    """The texts of a resource in which a credential may stand, each by the name it goes under."""
    if subject.kind in (CONFIG_MAP, KUBERNETES_SECRET):
        for key in ("data", "binaryData", "stringData"):
            in_base64 = key == "binaryData" or (key == "data" and subject.kind == KUBERNETES_SECRET)
            for name, value in subject.value.at(key).entries():
                text = _in_clear(value) if in_base64 else value
                yield name, text
                yield from _assigned_in_file(text)
        yield from _annotations(subject)
    elif subject.kind == PARAMETER:
        # The other types of parameters are stored and shown in clear text.
        if not subject.at("type").equals("SecureString"):
            yield subject.at("name").text(), subject.at("value")
    elif subject.kind == LAUNCH_TEMPLATE:
        if subject.at("userData").raw is not MISSING:
            yield from _user_data(_in_clear(subject.at("userData")))
    elif subject.kind == EC2_NODE_CLASS:
        yield from _user_data(subject.at("spec.userData"))
    else:
        yield from _annotations(subject)
        for container in workload_containers(subject):
            yield from _texts_of_container(container)


def _user_data(text: Value) -> Iterator[tuple[str, Value]]:
    yield "userData", text
    yield from _assigned_in_file(text)


def _annotations(subject: Resource) -> Iterator[tuple[str, Value]]:
    for annotations in annotation_maps(subject):
        found = annotations.entries() if annotations.is_known else ()
        # An id of AWS's is often one, and known after it is made.
        yield from ((name, each) for name, each in found if each.is_known or NAMED.search(name))


def _assigned_in_file(text: Value) -> Iterator[tuple[str, Value]]:
    """The texts that lines of a file give to names, where they look like a credential and not like its name."""
    for found in IN_FILE.finditer(text.raw if isinstance(text.raw, str) else ""):
        given = found["text"]
        # `password = args.password` says where one comes from.
        is_password = PASSWORD.search(found["name"]) and not NAMED.search(given)
        if is_password or _is_random(given) or _is_mixed(given):
            yield found["name"], Value(given, text.path)


def _texts_of_chart(value: Value) -> Iterator[tuple[str, Value]]:
    """The texts of a chart's values: under no name, as `existingSecret` names one, but for long ones of a variable."""
    entries = dict(value.entries()) if isinstance(value.raw, Mapping) else {}
    if isinstance(value.raw, str):
        yield "", value
    elif {"name", "value"} <= entries.keys():
        text = entries["value"]
        yield (entries["name"].plain("") if len(text.plain("")) >= LONG else ""), text
    elif isinstance(value.raw, Mapping | list):
        for each in value.items() if isinstance(value.raw, list) else entries.values():
            yield from _texts_of_chart(each)


def _texts_of_container(container: Value) -> Iterator[tuple[str, Value]]:
    for variable in container.at("env").items():
        yield variable.at("name").text(), variable.at("value")
    for key in ("args", "command"):
        before = ""
        for argument in container.at(key).items():
            yield before or key, argument
            yield from _assigned(argument)
            # `--token`, and its value as the next one.
            before = argument.raw if _is_option(argument.raw) else ""


def _is_option(raw: object) -> TypeGuard[str]:
    return isinstance(raw, str) and raw.startswith("-") and "=" not in raw and " " not in raw


def _assigned(argument: Value) -> Iterator[tuple[str, Value]]:
    """The texts that an argument gives to names: `--token=…` and, of a script, `TOKEN=…`."""
    for found in ASSIGNED.finditer(argument.raw if isinstance(argument.raw, str) else ""):
        yield found["name"], Value(found["text"], argument.path)


def _in_clear(value: Value) -> Value:
    """A text in base64 as what it is: user data of EC2, data of Secrets."""
    if not value.is_known:
        return value
    try:
        return Value(base64.b64decode(value.text(), validate=True).decode(errors="replace"), value.path)
    except (binascii.Error, ValueError):
        return value


def _is_secret(name: str, raw: object) -> bool:
    text = str(raw)
    if any(pattern.search(text) for pattern in PATTERNS):
        return True
    # `TOKEN_PATH` and `SECRET_NAME` say where a credential is. A long text under such a name may be a sentence or a
    # path, so it has to look random as well.
    is_named = bool(NAMED.search(name)) and not HARMLESS.search(name)
    return is_named and text != "" and (len(text) < LONG or _is_random(text) or _is_mixed(text))


def _is_random(text: str) -> bool:
    if not RANDOM.match(text):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) >= RANDOM_BITS - 0.5


def _is_mixed(text: str) -> bool:
    """Whether a text is of characters as of no name, sentence or path: a password of several words."""
    is_one_word = not re.search(r"[\s/]", text) and not text.startswith(("arn:", "$"))
    return is_one_word and sum(bool(each.search(text)) for each in CHARACTERS) >= 3


def _message(value: Value) -> str:
    """The place of a credential, and a digest by which its owner can tell which one it is."""
    text = value.raw if isinstance(value.raw, str) else ""
    return f"`{value.path}` looks like a credential (sha256 {sha256(text.encode()).hexdigest()[:12]}…)"


RULES = (
    Rule(
        id="EN-08",
        name="no-plaintext-secrets",
        title="No credential stands in clear text",
        why="Config maps, environments, user data and parameters are read by many and kept in logs and state.",
        fix="Keep it in Secrets Manager under a key of ours and mount it as a file.",
        cluster=(
            "only the plan: admission looks for no credentials in values. Pods of a team take no "
            "Secret (`paved-new-pods`)"
        ),
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_46", "CKV_AWS_149", "CKV2_AWS_34", "CKV2_AWS_57", "CKV_K8S_35", "CIS K8s 5.4.1"),
        scope="stack",
        advises=True,
        kinds=(
            PODS,
            CONFIG_MAP,
            HELM_RELEASE,
            KUBERNETES_SECRET,
            PARAMETER,
            LAUNCH_TEMPLATE,
            EC2_NODE_CLASS,
            SECRET,
        ),
        check=_plain_secrets,
        note="A finding names the place and a digest of the text, never the text. Secrets from the environment, and "
        "secrets without rotation, are advice.",
    ),
)
