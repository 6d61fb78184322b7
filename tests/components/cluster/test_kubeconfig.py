import json

from components.cluster.kubeconfig import kubeconfig_text

KUBECONFIG = json.loads(
    kubeconfig_text(
        "paved-foundation-prod", "us-east-1", "https://A1.gr7.us-east-1.eks.amazonaws.com", "Q0E="
    )
)


def test_it_leads_to_the_cluster():
    [cluster] = KUBECONFIG["clusters"]
    assert cluster["cluster"] == {
        "server": "https://A1.gr7.us-east-1.eks.amazonaws.com",
        "certificate-authority-data": "Q0E=",
    }


def test_it_holds_no_secret_but_asks_the_aws_cli_for_a_token():
    [user] = KUBECONFIG["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"]["command"] == "aws"
    assert user["user"]["exec"]["args"][:6] == [
        "eks",
        "get-token",
        "--cluster-name",
        "paved-foundation-prod",
        "--region",
        "us-east-1",
    ]


def test_its_one_context_is_the_current_one():
    assert [context["name"] for context in KUBECONFIG["contexts"]] == [KUBECONFIG["current-context"]]
