from reference.kubeconfig import ClusterAddress, aws_login, kubeconfig_data, oidc_login

CLUSTER = ClusterAddress(
    name="c", region="us-east-1", endpoint="https://c.example", certificate_authority="Q0E="
)
ROLE = "arn:aws:iam::111122223333:role/engineers"


def test_a_role_is_taken_on_where_one_is_named():
    assert aws_login("c", "us-east-1", role_arn=ROLE)["args"][-2:] == ["--role-arn", ROLE]
    assert "--role-arn" not in aws_login("c", "us-east-1")["args"]


def test_a_profile_goes_to_the_aws_cli_alone():
    assert aws_login("c", "us-east-1", profile="work")["env"] == [{"name": "AWS_PROFILE", "value": "work"}]
    assert "env" not in aws_login("c", "us-east-1")


def test_a_context_has_its_namespace_and_no_secret():
    data = kubeconfig_data(
        CLUSTER, oidc_login("https://login.example.com", "k"), context="a-view", namespace="a"
    )
    [context], [user] = data["contexts"], data["users"]
    assert context == {"name": "a-view", "context": {"cluster": "c", "user": "a-view", "namespace": "a"}}
    assert set(user["user"]) == {"exec"} and data["current-context"] == "a-view"
