"""Changes are found where they are, and nothing else."""

from paved.review.changes import FieldChange, changes


def fields(before, after):
    return [(each.field, each.before, each.after) for each in changes({"s": before}, {"s": after})]


def test_equal_stacks_have_no_change(valid):
    assert fields(valid.team(), valid.team()) == []


def test_a_default_that_is_written_out_is_no_change(valid):
    assert fields(valid.team(), valid.team({"security": "standard"})) == []


def test_a_field_is_named_with_its_sections(valid):
    changed = valid.team({"budget.monthly_usd": 90_000, "owner.cost_center": "CC-9999"})
    assert [field for field, _, _ in fields(valid.team(), changed)] == [
        "budget.monthly_usd",
        "owner.cost_center",
    ]


def test_an_item_of_a_list_is_told_by_its_name(valid):
    [pool] = [each.name for each in valid.team().training.pools][:1]
    changed = valid.team({"training.pools.0.idle_minutes": 55})
    [(field, _, after)] = fields(valid.team(), changed)
    assert (field, after) == (f"training.pools[{pool}].idle_minutes", 55)


def test_a_section_that_goes_is_one_change(valid):
    [(field, before, after)] = fields(valid.team(), valid.team({"monitoring": valid.absent}))
    assert (field, after) == ("monitoring", None)
    assert before["notify"] == ["vision@example.com"]


def test_a_stack_that_comes_or_goes_is_one_change(valid):
    assert changes({}, {"s": valid.team()}) == (FieldChange(stack="s", field="", after="a new stack"),)
    assert changes({"s": valid.team()}, {}) == (FieldChange(stack="s", field="", before="a stack"),)
