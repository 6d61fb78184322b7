from stacks.checks.registry import repositories_are_named_once


def test_a_repository_is_named_once(valid, says):
    assert says(repositories_are_named_once, valid.team()) == []
    assert says(repositories_are_named_once, valid.team({"registry": valid.absent})) == []
    assert says(repositories_are_named_once, valid.team({"registry.repositories": ["a", "b", "a"]})) == [
        "`registry.repositories[2]` is `a`, as entry 1 of the list is: keep one"
    ]
