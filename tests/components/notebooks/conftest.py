"""A team of two people with notebooks on general nodes and on a GPU."""

import pytest

from components.notebooks.hub_values import Workspaces
from components.notebooks.server import NotebookServer
from components.notebooks.sign_in import SignIn

IMAGE = "444455556666.dkr.ecr.us-east-1.amazonaws.com/ranking-dev/notebook@sha256:" + "b" * 64


@pytest.fixture
def team():
    """The notebooks of `ranking-dev`, of which some settings are others."""

    def make(**changes):
        sign_in = SignIn(
            authorize_url="https://login.example.com/authorize",
            token_url="https://login.example.com/token",
            userinfo_url="https://login.example.com/userinfo",
            client_id="ranking-dev-notebooks",
            secret="ranking-dev/sign-in",
            claim="email",
            people={"ada@example.com": "ada", "grace@example.com": "grace"},
        )
        usual = {
            "stack": "ranking-dev",
            "region": "us-east-1",
            "image": IMAGE,
            "secret_reader": "public.ecr.aws/aws-cli/aws-cli:2.37.0",
            "sign_in": sign_in,
            "servers": (
                NotebookServer(name="small", cpu=2, memory_gib=8),
                NotebookServer(name="gpu", cpu=6, memory_gib=24, gpus=1, pool="l4", accelerator="l4"),
            ),
            "idle_minutes": 90,
            "max_hours": 10,
        }
        return Workspaces(**{**usual, **changes})

    return make
