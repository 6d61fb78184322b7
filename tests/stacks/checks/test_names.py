import pytest

from stacks.checks.names import name_problems


def messages(name, stack):
    return [problem.message for problem in name_problems(name, stack)]


def test_the_name_says_kind_or_team_and_environment(valid):
    assert messages("foundation-prod", valid.foundation()) == []
    assert messages("platform-prod", valid.platform()) == []
    assert messages("vision-prod", valid.team()) == []


@pytest.mark.parametrize("name", ["vision-dev", "vison-prod", "prod-vision", "foundation-prod"])
def test_a_team_file_of_another_name_is_refused(valid, name):
    assert messages(name, valid.team()) == [
        "`owner.team` and `paved:environment` make this stack `vision-prod`: name its file "
        f"`Pulumi.vision-prod.yaml`, not `Pulumi.{name}.yaml`"
    ]


def test_a_shared_stack_starts_with_its_kind(valid):
    assert messages("platform-prod", valid.foundation()) == [
        "`paved:kind` is `foundation`: name the file `Pulumi.foundation-<name>.yaml`, "
        "not `Pulumi.platform-prod.yaml`"
    ]


def test_an_environment_in_the_name_is_the_environment(valid):
    assert messages("foundation-risk", valid.foundation()) == []
    assert messages("foundation-dev", valid.foundation()) == [
        "`paved:environment` must be `dev`, as the name of the stack says, got `prod`"
    ]


@pytest.mark.parametrize(
    "name", ["Vision-prod", "vision_prod", "vision--prod", "-vision", "vision-", "1vision", "", "é"]
)
def test_a_name_is_a_slug(valid, name):
    (message,) = messages(name, valid.team())
    assert message.startswith("the name of the stack must be lower-case letters, digits and single hyphens")


def test_the_longest_name_has_40_characters(valid):
    name = f"foundation-{'a' * 29}"
    assert messages(name, valid.foundation()) == []
    assert len(messages(f"{name}a", valid.foundation())) == 1


def test_a_long_name_is_cut_in_the_message(valid):
    (message,) = messages("a" * 200, valid.team())
    assert message.endswith(f'at most 40 characters, got "{"a" * 59}…"')


@pytest.mark.parametrize(
    "team", ["default", "platform", "foundation", "paved", "system", "aws-ml", "amazonia", "kube-system"]
)
def test_reserved_teams_are_refused(valid, team):
    assert messages(f"{team}-prod", valid.team({"owner.team": team})) == [
        f"`owner.team` must not be `{team}`, a reserved name"
    ]


@pytest.mark.parametrize("team", ["vision-dev", "prod-search", "a-staging-b"])
def test_a_team_has_no_environment_in_its_slug(valid, team):
    """`a-dev` in prod and `a` in `dev-prod` would otherwise meet in one name."""
    (message,) = messages(f"{team}-prod", valid.team({"owner.team": team}))
    assert message.startswith("`owner.team` must not have the part `")
    assert message.endswith(f"which is an environment: got `{team}`")


def test_developers_are_not_an_environment(valid):
    assert messages("devices-prod", valid.team({"owner.team": "devices"})) == []
