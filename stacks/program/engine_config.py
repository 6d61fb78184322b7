"""The config of the stack that runs, as Pulumi's engine hands it over."""

import json
from collections.abc import Mapping

import pulumi
from pulumi.runtime import config as runtime_config

from stacks.checks import stack_problems
from stacks.reading.parse import parse
from stacks.reading.problems import ConfigError, Problem, at, file_name
from stacks.schema import Stack


def configured_stack() -> Stack:
    """The typed stack that is being planned or deployed.

    Raises `pulumi.RunError`, which the engine prints without a traceback, with every mistake in the config.
    """
    try:
        return stack_from(pulumi.get_stack(), _engine_config())
    except ConfigError as error:
        raise pulumi.RunError(f"the config of stack `{pulumi.get_stack()}` is not valid:\n{error}") from None


def stack_from(name: str, config: Mapping[str, str]) -> Stack:
    """The typed stack of a name and its config, keys without their namespace. Raises ConfigError."""
    secrets = sorted(
        key for key in config if runtime_config.is_config_secret(f"{pulumi.get_project()}:{key}")
    )
    if secrets:
        says = "is a Pulumi secret: stack files hold none, keep it in Secrets Manager"
        raise ConfigError([at(key, says=says) for key in secrets])
    if not config:
        raise ConfigError([Problem(path=(), message=f"nothing is set: is there a stacks/{file_name(name)}?")])
    return parse(name, {key: _as_json(text) for key, text in config.items()}, stack_problems)


def _engine_config() -> dict[str, str]:
    prefix = f"{pulumi.get_project()}:"
    # As the SDK looks a key up: what is set in the process wins over `PULUMI_CONFIG` of the environment.
    everything = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    return {
        key.removeprefix(prefix): text for key, text in sorted(everything.items()) if key.startswith(prefix)
    }


def _as_json(text: str) -> str:
    """A value as JSON."""
    # The engine passes text bare, a list or mapping as JSON, and no value as empty text.
    if not text:
        return "null"
    if text[0] not in "[{":
        return json.dumps(text)
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return json.dumps(text)
    return text
