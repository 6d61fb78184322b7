"""Every call that an audit makes and the IAM action that allows it: reads, none of which costs money."""

from collections.abc import Mapping
from typing import Any

_AS_CALLED = """
backup.DescribeBackupVault backup.GetBackupPlan backup.GetBackupSelection backup.ListBackupPlans
backup.ListBackupSelections backup.ListTags
budgets.DescribeBudgetActionsForBudget budgets.ListTagsForResource
cloudtrail.GetEventSelectors cloudtrail.GetInsightSelectors cloudtrail.GetTrail cloudtrail.GetTrailStatus
cloudtrail.ListTags
config.DescribeConfigurationRecorderStatus config.DescribeConfigurationRecorders config.DescribeDeliveryChannels
ec2.DescribeAddresses ec2.DescribeCapacityReservations ec2.DescribeFlowLogs ec2.DescribeInternetGateways
ec2.DescribeLaunchTemplates ec2.DescribeLaunchTemplateVersions ec2.DescribeNatGateways ec2.DescribePlacementGroups
ec2.DescribeRouteTables ec2.DescribeSecurityGroupRules ec2.DescribeSecurityGroups ec2.DescribeSubnets ec2.DescribeTags
ec2.DescribeVpcAttribute ec2.DescribeVpcEndpoints ec2.DescribeVpcs
ecr.DescribeRepositories ecr.GetLifecyclePolicy ecr.GetRegistryScanningConfiguration ecr.GetRepositoryPolicy
ecr.ListTagsForResource
eks.DescribeAccessEntry eks.DescribeAddon eks.DescribeCluster eks.DescribeNodegroup eks.DescribePodIdentityAssociation
eks.ListAccessEntries eks.ListAddons eks.ListAssociatedAccessPolicies eks.ListPodIdentityAssociations
events.DescribeRule events.ListTagsForResource events.ListTargetsByRule
fsx.DescribeDataRepositoryAssociations fsx.DescribeFileSystems
guardduty.GetDetector guardduty.ListDetectors
iam.GetPolicy iam.GetPolicyVersion iam.GetRole iam.GetRolePolicy iam.ListAttachedRolePolicies iam.ListRolePolicies
iam.ListRoles
kms.DescribeKey kms.GetKeyPolicy kms.GetKeyRotationStatus kms.ListResourceTags
logs.DescribeLogGroups logs.ListTagsForResource
s3.GetBucketLogging s3.GetBucketOwnershipControls s3.GetBucketPolicy s3.GetBucketTagging s3.GetBucketVersioning
sagemaker.DescribeMlflowTrackingServer sagemaker.ListTags
sns.GetSubscriptionAttributes sns.GetTopicAttributes sns.ListSubscriptionsByTopic sns.ListTagsForResource
sqs.GetQueueAttributes sqs.GetQueueUrl sqs.ListQueueTags
"""
"""Calls whose action bears their own name."""

_OTHERWISE = {
    "accessanalyzer.GetAnalyzer": "access-analyzer:GetAnalyzer",
    "budgets.DescribeBudget": "budgets:ViewBudget",
    "budgets.DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets.DescribeSubscribersForNotification": "budgets:ViewBudget",
    "resourcegroupstaggingapi.GetResources": "tag:GetResources",
    "s3.GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3.GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3.GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3.GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3.GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3.HeadBucket": "s3:ListBucket",
    "sts.GetCallerIdentity": "sts:GetCallerIdentity",
}

ACTIONS: Mapping[str, str] = {
    **{call: call.replace(".", ":") for call in _AS_CALLED.split()},
    **_OTHERWISE,
}
"""The IAM action of each call, `service.Operation` as botocore spells them. No other call is ever made."""


def policy_document() -> dict[str, Any]:
    """The IAM policy that an auditor needs, and nothing more. `*`: what is not planned must be seen as well."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PavedAudit",
                "Effect": "Allow",
                "Action": sorted(set(ACTIONS.values())),
                "Resource": "*",
            }
        ],
    }
