"""IAM actions of SageMaker's MLflow servers, for the policies of a team's roles and for the boundary above them."""

from components.account import Account
from components.identity.document import Statement, allow

DELETIONS = (
    "sagemaker-mlflow:DeleteExperiment",
    "sagemaker-mlflow:DeleteLoggedModel",
    "sagemaker-mlflow:DeleteModelVersion",
    "sagemaker-mlflow:DeleteRegisteredModel",
    "sagemaker-mlflow:DeleteRun",
)

RECORDING = (
    "sagemaker-mlflow:AccessUI",
    "sagemaker-mlflow:Create*",
    "sagemaker-mlflow:Delete*Alias",
    "sagemaker-mlflow:Delete*Tag",
    "sagemaker-mlflow:EndTrace",
    "sagemaker-mlflow:FinalizeLoggedModel",
    "sagemaker-mlflow:Get*",
    "sagemaker-mlflow:List*",
    "sagemaker-mlflow:Log*",
    "sagemaker-mlflow:RenameRegisteredModel",
    "sagemaker-mlflow:Restore*",
    "sagemaker-mlflow:Search*",
    "sagemaker-mlflow:Set*",
    "sagemaker-mlflow:StartTrace",
    "sagemaker-mlflow:TransitionModelVersionStage",
    "sagemaker-mlflow:Update*",
)
"""Every verb of the API but Delete, of which a job takes back tags and aliases alone."""


def registration(account: Account, stack: str) -> Statement:
    """Register models in SageMaker, in groups whose names begin with the stack's.

    The server names a group as the team's code names the model in MLflow, so code names it `<stack>-…`.
    """
    return allow(
        "RegisterModels",
        [
            "sagemaker:AddTags",
            "sagemaker:CreateModelPackage",
            "sagemaker:CreateModelPackageGroup",
            "sagemaker:DescribeModelPackageGroup",
            "sagemaker:UpdateModelPackage",
        ],
        [
            account.arn("sagemaker", f"model-package-group/{stack}-*"),
            account.arn("sagemaker", f"model-package/{stack}-*/*"),
        ],
    )
