"""All stack files of a folder: order, names, problems between them."""

import errno
import shutil
from pathlib import Path

import pytest

from stacks.checks.folder import Folder
from stacks.reading.problems import ConfigError
from tests.conftest import STACKS

RESEARCH = Path(__file__).parents[3] / "examples" / "research"


def problems(error):
    return [str(problem) for problem in error.value.problems]


def test_a_good_folder_has_each_stack_after_those_below_it(folder):
    found = Folder.read(folder)
    assert found.names == ("foundation-prod", "platform-prod", "vision-prod")
    assert found.problems == ()
    assert found.stack("vision-prod").name == "vision-prod"


def test_the_sample_stacks_are_without_a_mistake():
    assert Folder.read(STACKS).problems == ()


def test_an_unknown_name_gets_a_suggestion(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    with pytest.raises(ConfigError) as error:
        Folder.read(folder).stack("vison-prod")
    assert problems(error) == [
        f"`vison-prod` is no stack of the folder {folder.name}; did you mean `vision-prod`?"
    ]


def test_a_file_for_a_name_gets_the_name(folder):
    with pytest.raises(ConfigError, match="did you mean `vision-prod`"):
        Folder.read(folder).stack("stacks/Pulumi.vision-prod.yaml")


def test_a_name_far_from_all_gets_the_list(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    with pytest.raises(ConfigError) as error:
        Folder.read(folder).checked("../../etc/passwd")
    assert problems(error) == [
        f"`../../etc/passwd` is no stack of the folder {folder.name}: "
        "there are `foundation-prod`, `platform-prod` or `vision-prod`"
    ]


def test_a_stack_with_a_mistake_is_named_all_the_same(edited, folder):
    edited("vision-prod", "tier: 1", "tier: 7")
    found = Folder.read(folder)
    assert found.names == ("foundation-prod", "platform-prod", "vision-prod")
    assert not found.is_sound("vision-prod")
    assert found.checked("platform-prod")
    for ask in (found.stack, found.checked):
        with pytest.raises(ConfigError) as error:
            ask("vision-prod")
        assert problems(error) == [
            "Pulumi.vision-prod.yaml:37: `serving.endpoints[0].tier` must be 1 (pages day and night), "
            "2 (pages in hours) or 3 (tickets), got 7"
        ]


def test_a_mistake_below_a_stack_is_a_mistake_of_the_stack(edited, folder):
    edited("foundation-prod", "cidr: 10.16.0.0/16", "cidr: 10.16.0.0/12")
    found = Folder.read(folder)
    message = "Pulumi.foundation-prod.yaml:15: `network.cidr` must be a /16 to /18, got 10.16.0.0/12"
    assert [str(p) for p in found.problems_of(["vision-prod"])][:1] == [message.replace("/12", "/12")]
    assert found.stack("vision-prod")
    with pytest.raises(ConfigError):
        found.checked("vision-prod")


def test_a_problem_between_stacks_has_a_file_and_a_line(edited, folder):
    edited("vision-prod", 'id: "111122223333"', 'id: "999999999999"')
    found = Folder.read(folder)
    assert [str(problem) for problem in found.problems] == [
        "Pulumi.vision-prod.yaml:13: `account.id` must be 111122223333, as `platform-prod` has it, got 999999999999"
    ]
    assert found.stack("vision-prod"), "alone it is right"
    with pytest.raises(ConfigError):
        found.checked("vision-prod")


def test_a_mistake_in_a_file_hides_none_between_stacks(edited, folder):
    edited("vision-prod", 'id: "111122223333"', 'id: "999999999999"')
    edited("vision-prod", "max_gpus: 32", "max_gpus: lots")
    told = [str(each).partition(" ")[2].partition(",")[0] for each in Folder.read(folder).problems]
    assert "`account.id` must be 111122223333" in told
    assert any(each.startswith("`training.pools[0].max_gpus`") for each in told)


def test_a_platform_with_a_mistake_still_judges_its_teams(edited, folder):
    edited("platform-prod", "paved:tenancy:", "paved:securty: hardened\n  paved:tenancy:")
    edited("vision-prod", 'id: "111122223333"', 'id: "999999999999"')
    told = [each.file for each in Folder.read(folder).problems]
    assert told == ["Pulumi.platform-prod.yaml", "Pulumi.vision-prod.yaml"]


def test_what_follows_between_stacks_from_a_mistake_is_held_back(edited, folder):
    # Neither that the platform of `vision` is another, nor what it would have to agree with.
    edited("vision-prod", "paved:platform: platform-prod", "paved:platform: [platform-prod]")
    edited("platform-prod", 'id: "111122223333"', "id: 5")
    told = [str(each) for each in Folder.read(folder).problems]
    assert [each.partition("`")[2].partition("`")[0] for each in told] == ["account.id", "paved:platform"]


def test_who_asks_for_reserved_capacity_hears_where_it_is(tmp_path):
    shutil.copytree(RESEARCH, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "Pulumi.research-prod.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("[spot]", "[reserved]"), encoding="utf-8")
    (only,) = Folder.read(tmp_path).problems
    assert only.message == (
        '`training.pools[0].capacity[0]` must be `spot` or `on-demand`, got "reserved"; `platform-research` has it in '
        "`spring-block` (32 GPUs of p5.48xlarge), `rack` (16 GPUs of g6e.48xlarge), `evaluation` (32 GPUs of "
        "g6.12xlarge): ask its owner for a grant, and use that by `training.granted`"
    )


def test_a_platform_without_reservations_says_so(edited, folder):
    edited("vision-prod", "capacity: [on-demand]", "capacity: [reserved]")
    (only,) = Folder.read(folder).problems
    assert only.message.endswith("; reservations are a platform's, in `pools`, and `platform-prod` has none")


def test_problems_come_by_file_and_line(edited, folder):
    edited("vision-prod", "tier: 1", "tier: 7")
    edited("vision-prod", "max_gpus: 32", "max_gpus: 0")
    edited("foundation-prod", "policy: admin", "policy: root")
    found = [(problem.file, problem.line) for problem in Folder.read(folder).problems]
    assert found == sorted(found)
    assert [file for file, _ in found] == ["Pulumi.foundation-prod.yaml", *["Pulumi.vision-prod.yaml"] * 2]


@pytest.mark.parametrize("name", ["Pulumi.Vision-prod.yaml", "Pulumi.vision_prod.yaml", "Pulumi.a b.yaml"])
def test_a_file_with_a_name_that_is_no_slug_is_refused(folder, name):
    text = (folder / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    assert any(
        "the name of the stack must be" in str(p) or "is not named as" in str(p)
        for p in Folder.read(folder).problems
    )


@pytest.mark.parametrize(
    "name", ["Pulumi.search-prod.yml", "pulumi.search-prod.yaml", "PULUMI.search-prod.YAML"]
)
def test_a_file_that_pulumi_would_not_read_is_not_passed_over(folder, monkeypatch, name):
    monkeypatch.chdir(folder)
    (folder / name).write_text("config: {}", encoding="utf-8")
    assert f"{name}: is not named as a stack file: name it `Pulumi.<stack>.yaml`" in map(
        str, Folder.read(folder).problems
    )


def test_other_files_are_none_of_its_business(folder):
    for name in ("README.md", "Pulumi.yaml", "schema.json", "loader.py"):
        (folder / name).write_text("x", encoding="utf-8")
    assert Folder.read(folder).problems == ()


def test_an_empty_folder_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    with pytest.raises(ConfigError) as error:
        Folder.read(tmp_path)
    assert problems(error) == [f"{tmp_path.name}: has no stack file: a stack is a file `Pulumi.<stack>.yaml`"]


def test_a_missing_folder_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as error:
        Folder.read(tmp_path / "nowhere")
    assert problems(error) == ["nowhere: cannot be read: No such file or directory"]


def test_a_folder_without_permission_is_told(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(ConfigError) as error:
        Folder.read(folder)
    assert problems(error) == [f"{folder.name}: cannot be read: Permission denied"]


def test_a_platform_that_names_itself_or_another_platform_is_told(edited, folder):
    edited("platform-prod", "paved:foundation: foundation-prod", "paved:foundation: platform-prod")
    assert any("`paved:foundation`" in str(each) for each in Folder.read(folder).problems)
