"""The keys of a stack file that are Pulumi's own, and the sections below `config` that are ours."""

from collections.abc import Iterator

from reference.vocabulary import CONFIG_PREFIX
from stacks.reading.explain import nearest
from stacks.reading.fields import KINDS, known_keys
from stacks.reading.problems import Keys, Problem, quoted_key
from stacks.reading.yaml_source import Document, Node, Scalar, as_json, branches, spelled_source

DEFAULT_PROVIDERS = "pulumi:disable-default-providers"
ENCRYPTION = ("encryptionsalt", "encryptedkey", "secretsprovider")
"""Top-level keys that Pulumi writes into a stack file by itself."""

TOP = ("config", "environment", *ENCRYPTION)


def file_sections(document: Document) -> dict[str, str] | None:
    """The sections of a stack file as JSON texts; None where there is no `config` to hold them."""
    config = document.root.get("config") if isinstance(document.root, dict) else None
    if not isinstance(config, dict):
        return None
    sections = {key: value for key, value in config.items() if _is_section(key)}
    return {key.removeprefix(CONFIG_PREFIX): as_json(value) for key, value in sections.items()}


def key_problems(document: Document, shown_as: str) -> Iterator[Problem]:
    """Problems of the keys that are Pulumi's own and not the model's."""
    for path, message in _bad_keys(document.root):
        line = document.lines.get(path)
        yield Problem(path=path, message=message, file=shown_as, line=line)


def _bad_keys(root: Node) -> Iterator[tuple[Keys, str]]:
    if root == Scalar("null"):
        yield (), "is empty: a stack file has a `config`"
    elif not isinstance(root, dict):
        yield (), "must be a mapping of keys to values"
    else:
        config = root.get("config")
        outside = [key for key in root if key.startswith(CONFIG_PREFIX)]
        if isinstance(config, dict):
            yield from _bad_config_keys(config)
        elif outside:
            # One mistake, and not one for each setting.
            yield (
                (outside[0],),
                f"`config` is required: `{quoted_key(outside[0])}` and the other settings go below it",
            )
            root = {key: value for key, value in root.items() if key not in outside}
        else:
            yield ("config",), "`config` is required: a mapping of `paved:` settings"
        yield from _bad_top_keys(root)


def _bad_top_keys(root: dict[str, Node]) -> Iterator[tuple[Keys, str]]:
    for key, value in root.items():
        if key not in TOP:
            hint = nearest(key, TOP) or ": settings go below `config`"
            yield (key,), f"`{quoted_key(key)}` is not a key of a stack file{hint}"
        if key in ENCRYPTION and not isinstance(value, Scalar):
            yield (key,), f"`{key}` must be text: Pulumi writes it"
        if key == "environment" and not _are_names(value):
            message = "must be a list of environments by name: values set here escape every check"
            yield (key,), f"`{key}` {message}"


def _bad_config_keys(config: dict[str, Node]) -> Iterator[tuple[Keys, str]]:
    for key, value in config.items():
        if not _is_section(key) and (message := _foreign(key, value)):
            yield ("config", key), f"`{quoted_key(key)}` {message}"
    for path, node in branches(config, ("config",)):
        # Sections hold names of secrets in Secrets Manager, so a value of Pulumi's own encryption is none of them.
        if isinstance(node, dict) and "secure" in node:
            where = spelled_source(path)
            yield path, f"`{where}` is a Pulumi secret: stack files hold none, keep it in Secrets Manager"


def _are_names(value: Node) -> bool:
    names = value if isinstance(value, list) else [value]
    return all(isinstance(name, Scalar) and name.json[0] == '"' for name in names)


def _is_section(key: str) -> bool:
    return key.startswith(CONFIG_PREFIX) and key != CONFIG_PREFIX


def _foreign(key: str, value: Node) -> str | None:
    """Message for a key of another namespace than `paved:`; None for the one that is good."""
    if key == DEFAULT_PROVIDERS:
        return None if value == [Scalar('"*"')] else 'must be ["*"]: every provider is the stack\'s own'
    known: set[str] = set()
    for kind in KINDS:
        known.update(known_keys(kind, ()))
    sections = sorted(known)
    namespace, _, name = key.rpartition(":")
    if name in sections and namespace != "paved":
        return f"is not a setting; did you mean `{CONFIG_PREFIX}{name}`?"
    if name and (near := nearest(key, [f"{CONFIG_PREFIX}{section}" for section in sections])):
        return f"is not a setting{near}"
    if namespace in ("aws", "kubernetes"):
        return "is not a setting: the provider follows from `paved:account`"
    return f"is not a setting: settings start with `{CONFIG_PREFIX}`"
