"""Values of JupyterHub's chart, read as its hub reads them."""

import pytest

from components.notebooks.hub_values import hub_values
from components.notebooks.sign_in import WHO
from tests.components.notebooks.conftest import IMAGE


@pytest.fixture
def values(team):
    return hub_values(team())


@pytest.fixture
def config(values):
    return values["hub"]["config"]


def who(people):
    """The name that the hub's own code finds for a login."""

    class Settings:
        pass

    c = Settings()
    c.GenericOAuthenticator = Settings()
    found = {"custom.people": people, "custom.claim": "email"}
    code = WHO.partition("with open")[0]
    exec(code, {"c": c, "get_config": found.get})
    return lambda **claims: c.GenericOAuthenticator.username_claim(claims)


def test_a_login_is_the_person_whom_the_file_names_and_nobody_else():
    name = who({"ada@example.com": "ada"})
    assert name(email="ada@example.com") == name(email="Ada@Example.com") == "ada"
    assert {name(email="mallory@example.com"), name(email="ada"), name(), name(name="ada")} == {"-"}


def test_nobody_is_an_administrator_and_nobody_has_a_password(config):
    assert config["JupyterHub"]["authenticator_class"] == "generic-oauth"
    assert config["JupyterHub"]["admin_access"] is False
    people = config["Authenticator"]
    assert (people["admin_users"], people["allow_all"], people["allow_existing_users"]) == ([], False, False)
    assert people["allowed_users"] == ["ada", "grace"]


def test_the_token_that_members_see_opens_no_notebook(config):
    """By default it has the scope `access:servers!server` too, and stands in the pod's environment."""
    assert config["KubeSpawner"]["server_token_scopes"] == ["users:activity!user"]


def test_a_person_who_leaves_the_hub_leaves_the_home_behind(config):
    """By default the hub deletes the claim with the person."""
    assert config["KubeSpawner"]["delete_pvc"] is False


def test_no_secret_is_in_the_values(values):
    [reader] = values["hub"]["initContainers"]
    assert {each["name"]: each["value"] for each in reader["env"]}["SECRET"] == "ranking-dev/sign-in"
    assert "client_secret" not in values["hub"]["config"]["GenericOAuthenticator"]


def test_the_hub_has_no_way_in_from_outside_and_no_root_in_a_notebook(values):
    assert values["proxy"]["service"]["type"] == "ClusterIP"
    assert values["singleuser"]["cloudMetadata"]["blockWithIptables"] is False
    assert values["singleuser"]["uid"] == 1000


def test_an_idle_notebook_ends_and_the_longest_ends_without_the_hub(values):
    assert (values["cull"]["timeout"], values["cull"]["maxAge"]) == (90 * 60, 10 * 3600)
    assert values["singleuser"]["extraPodConfig"] == {"activeDeadlineSeconds": 10 * 3600 + 900}


def test_the_chart_joins_an_image_and_its_digest_to_the_whole_name(values):
    image = values["singleuser"]["image"]
    assert f"{image['name']}:{image['tag']}" == IMAGE


def test_a_size_with_gpus_waits_in_the_queue_on_its_pools_nodes(values):
    small, gpu = (each["kubespawner_override"] for each in values["singleuser"]["profileList"])
    assert "kueue.x-k8s.io/queue-name" not in small["extra_labels"]
    assert (small["node_selector"], small["tolerations"]) == ({"paved.dev/pool": "general"}, [])
    assert gpu["extra_labels"]["kueue.x-k8s.io/queue-name"] == "train"
    assert gpu["extra_resource_limits"]["nvidia.com/gpu"] == "1"
    assert gpu["node_selector"] == {
        "paved.dev/accelerator": "l4",
        "paved.dev/pool": "l4",
        "paved.dev/stack": "ranking-dev",
    }
