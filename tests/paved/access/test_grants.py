"""Grants are read from stack files of every age."""

from paved.access.grants import AccessGrant, access_grants


def read(sections):
    return [(each.form, each.name, each.rights) for each in access_grants("a", sections)]


def test_a_team_file_gives_rights_to_roles_groups_and_a_ci():
    access = {
        "members": [{"role": "engineers", "rights": "develop"}, {"group": "on-call", "rights": "operate"}],
        "promoters": ["release"],
        "ci": {"subjects": ["repo:a/b:ref:refs/heads/main"]},
    }
    assert read({"access": access}) == [
        ("role", "engineers", "develop"),
        ("group", "on-call", "operate"),
        ("role", "release", "promote"),
        ("ci", "repo:a/b:ref:refs/heads/main", "submit"),
    ]


def test_a_foundation_lets_in_roles_of_its_cluster():
    entries = [{"role": "pager", "policy": "admin", "break_glass": True}, {"role": "audit", "policy": "view"}]
    assert read({"cluster": {"deploy_role": "deploy", "access": entries}}) == [
        ("role", "deploy", "admin, deploys"),
        ("role", "pager", "admin, break-glass"),
        ("role", "audit", "view"),
    ]


def test_a_member_of_an_earlier_file_had_the_rights_to_develop():
    assert access_grants("a", {"access": {"members": ["engineers"]}}) == (
        AccessGrant(stack="a", form="role", name="engineers", rights="develop"),
    )


def test_sections_of_any_other_form_give_nothing():
    for odd in (
        {},
        {"access": None},
        {"access": ["a"]},
        {"access": {"members": "a", "ci": 1}},
        {"cluster": 3},
    ):
        assert read(odd) == []
