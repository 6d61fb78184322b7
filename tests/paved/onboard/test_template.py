"""Templates write answers as data, and comments stay the template's own."""

import re
from importlib.resources import files

import pytest

from paved.errors import BadInput
from paved.onboard.template import template_called, templates

FOLDER = files("paved.onboard") / "templates"


def test_every_template_has_its_file_and_every_file_its_template():
    of_stacks = {path.name.removesuffix(".yaml.j2") for path in FOLDER.iterdir() if path.name.endswith(".j2")}
    assert of_stacks - {"head", "tail", "hours"} == set(templates())


def test_no_free_text_of_an_answer_stands_in_a_comment():
    for path in FOLDER.iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            for value in re.findall(r"{{ *([^}]+?) *}}", line.partition("#")[2]):
                assert value == "template.name" or value.endswith("| int"), (path.name, value)


def test_a_name_that_is_none_is_told_with_the_nearest():
    with pytest.raises(BadInput, match="did you mean `serve-tier-1`"):
        template_called("serve-tier1")
