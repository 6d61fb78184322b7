"""Buckets, keys, repositories and vaults: who else may read them, and where they are copied to."""

import json

from tests.paved.audit.sabotage.hand import FOREIGN, PROD, Hand, Seen, changed, extra, sabotage

MODELS = f"paved-vision-prod-models-{PROD}"
DATASETS = f"paved-foundation-prod-datasets-internal-{PROD}"
BUCKET = "s3 Bucket vision-prod-models"
SHARED = "s3 Bucket foundation-prod-datasets-internal"
THEIRS = f"arn:aws:iam::{FOREIGN}:role/mallory"
READ = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}}


def bucket(part: str, *, concern: str = "public access", severity: str = "high") -> Seen:
    return extra(BUCKET, part, concern, severity)


@sabotage(
    "a grant of a key to a role of another account",
    extra("kms Key foundation-prod-datasets-internal-key", "grant", "encryption"),
)
def grant(hand: Hand) -> None:
    hand("kms").create_grant(
        KeyId=hand.key("paved-foundation-prod-datasets-internal"),
        GranteePrincipal=THEIRS,
        Operations=["Sign"],
    )


@sabotage(
    "a statement more in the policy of a key",
    extra("kms Key vision-prod", "policy statement `Theirs`", "encryption"),
    stack="vision-prod",
)
def key_policy(hand: Hand) -> None:
    key = hand.key("paved-vision-prod")
    policy = json.loads(hand("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append({**READ, "Sid": "Theirs", "Action": "kms:Decrypt", "Resource": "*"})
    hand("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


@sabotage(
    "a list of the bucket's readers that has everybody in it",
    bucket("access control list"),
    stack="vision-prod",
)
def acl(hand: Hand) -> None:
    hand("s3").put_bucket_acl(Bucket=MODELS, ACL="public-read")


@sabotage(
    "the controls of ownership deleted",
    Seen("missing", "high", "public access", "s3 BucketOwnershipControls vision-prod-models-ownership"),
    stack="vision-prod",
)
def ownership(hand: Hand) -> None:
    hand("s3").delete_bucket_ownership_controls(Bucket=MODELS)


@sabotage(
    "a copy of each new object to a bucket of another account", bucket("replication"), stack="vision-prod"
)
def replication(hand: Hand) -> None:
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {},
        "Destination": {"Bucket": "arn:aws:s3:::theirs"},
    }
    rule["DeleteMarkerReplication"] = {"Status": "Disabled"}
    role = f"arn:aws:iam::{PROD}:role/paved-vision-prod-trainer"
    hand.answers["s3.GetBucketReplication"] = only(
        MODELS, {"ReplicationConfiguration": {"Role": role, "Rules": [rule]}}
    )


def only(name, answer):
    """An answer for one bucket; the simulator's own for the others."""
    return lambda real, request: answer if request["Bucket"] == name else real(**request)


@sabotage("notices of each object to a queue of another account", bucket("notification"), stack="vision-prod")
def notification(hand: Hand) -> None:
    queue = {"QueueArn": f"arn:aws:sqs:us-east-1:{FOREIGN}:theirs", "Events": ["s3:ObjectCreated:*"]}
    hand.patch(
        "s3.GetBucketNotificationConfiguration",
        lambda answer, request: (
            answer.update(QueueConfigurations=[queue]) if request["Bucket"] == MODELS else None
        ),
    )


@sabotage("a website of the bucket", bucket("website"), stack="vision-prod")
def website(hand: Hand) -> None:
    hand("s3").put_bucket_website(
        Bucket=MODELS, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
    )


@sabotage("pages of anybody that may read the bucket in a browser", bucket("CORS rule"), stack="vision-prod")
def cors(hand: Hand) -> None:
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    hand("s3").put_bucket_cors(Bucket=MODELS, CORSConfiguration={"CORSRules": [rule]})


@sabotage(
    "the log of who reads the bucket sent elsewhere",
    bucket("access log", concern="logging", severity="medium"),
    stack="vision-prod",
)
def access_log(hand: Hand) -> None:
    hand.answers["s3.GetBucketLogging"] = only(
        MODELS, {"LoggingEnabled": {"TargetBucket": "theirs", "TargetPrefix": "x/"}}
    )


@sabotage("an inventory of the bucket for another account", bucket("inventory"), stack="vision-prod")
def inventory(hand: Hand) -> None:
    target = {"S3BucketDestination": {"Bucket": "arn:aws:s3:::theirs", "Format": "CSV"}}
    hand("s3").put_bucket_inventory_configuration(
        Bucket=MODELS,
        Id="all",
        InventoryConfiguration={
            "Destination": target,
            "IsEnabled": True,
            "Id": "all",
            "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"},
        },
    )


@sabotage("an analysis of the bucket for another account", bucket("analysis"), stack="vision-prod")
def analysis(hand: Hand) -> None:
    target = {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::theirs"}}
    export = {"DataExport": {"OutputSchemaVersion": "V_1", "Destination": target}}
    found = {"AnalyticsConfigurationList": [{"Id": "all", "StorageClassAnalysis": export}]}
    hand.answers["s3.ListBucketAnalyticsConfigurations"] = only(MODELS, found)


@sabotage("an access point of the bucket", bucket("access point"), stack="vision-prod")
def access_point(hand: Hand) -> None:
    hand("s3control").create_access_point(AccountId=PROD, Name="side-door", Bucket=MODELS)


@sabotage("an access point of several regions", bucket("multi-region access point"), stack="vision-prod")
def multi_region(hand: Hand) -> None:
    hand("s3control").create_multi_region_access_point(
        AccountId=PROD, ClientToken="x", Details={"Name": "everywhere", "Regions": [{"Bucket": MODELS}]}
    )


@sabotage(
    "a rule that deletes what the plan keeps",
    changed(
        "s3 BucketLifecycleConfiguration foundation-prod-datasets-internal-lifecycle",
        "rules*",
        "recovery",
        "medium",
    ),
)
def expiration(hand: Hand) -> None:
    rules = hand("s3").get_bucket_lifecycle_configuration(Bucket=DATASETS)["Rules"]
    rules[0]["Expiration"] = {"Days": 1}
    hand("s3").put_bucket_lifecycle_configuration(Bucket=DATASETS, LifecycleConfiguration={"Rules": rules})


@sabotage(
    "a policy of a repository that lets another account pull and push",
    extra("ecr Repository vision-prod-finetune", "policy", "public access"),
    stack="vision-prod",
)
def repository(hand: Hand) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{**READ, "Sid": "Theirs", "Action": "ecr:*"}]}
    hand("ecr").set_repository_policy(repositoryName="vision-prod/finetune", policyText=json.dumps(policy))


@sabotage(
    "a policy of the whole registry",
    extra("ecr RegistryScanningConfiguration foundation-prod-scanning", "registry policy", "public access"),
)
def registry(hand: Hand) -> None:
    everything = f"arn:aws:ecr:us-east-1:{PROD}:repository/*"
    actions = ["ecr:CreateRepository", "ecr:ReplicateImage"]
    statement = {**READ, "Sid": "Theirs", "Action": actions, "Resource": everything}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    hand("ecr").put_registry_policy(policyText=json.dumps(policy))


@sabotage(
    "each image replicated to another account",
    extra("ecr RegistryScanningConfiguration foundation-prod-scanning", "replication", "public access"),
)
def images(hand: Hand) -> None:
    rule = {"destinations": [{"region": "us-east-1", "registryId": FOREIGN}]}
    hand("ecr").put_replication_configuration(replicationConfiguration={"rules": [rule]})


@sabotage(
    "images deleted a day after their push",
    changed("ecr LifecyclePolicy vision-prod-finetune-lifecycle", "policy*", "recovery", "medium"),
    stack="vision-prod",
)
def image_lifecycle(hand: Hand) -> None:
    everything = {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}
    policy = {"rules": [{"rulePriority": 1, "selection": everything, "action": {"type": "expire"}}]}
    hand("ecr").put_lifecycle_policy(
        repositoryName="vision-prod/finetune", lifecyclePolicyText=json.dumps(policy)
    )


@sabotage(
    "a cache that pulls from another registry",
    changed(
        "ecr PullThroughCacheRule foundation-prod-upstream-quay.io", "upstreamRegistryUrl", "settings", "low"
    ),
)
def upstream(hand: Hand) -> None:
    def theirs(answer, _):
        for each in answer["pullThroughCacheRules"]:
            if each["ecrRepositoryPrefix"] == "upstream/quay.io":
                each["upstreamRegistryUrl"] = "registry.example.net"

    hand.patch("ecr.DescribePullThroughCacheRules", theirs)


@sabotage(
    "a cache of another registry more",
    extra("ecr RegistryScanningConfiguration foundation-prod-scanning", "cache rule", "settings", "low"),
)
def more_upstream(hand: Hand) -> None:
    more = {"ecrRepositoryPrefix": "theirs", "upstreamRegistryUrl": "registry.example.net"}

    def theirs(answer, request):
        if not request.get("ecrRepositoryPrefixes"):
            answer["pullThroughCacheRules"].append(more)

    hand.patch("ecr.DescribePullThroughCacheRules", theirs)


@sabotage(
    "a policy of the vault that lets another account copy out of it",
    extra("backup Vault foundation-risk-backups", "policy", "recovery", "medium"),
    stack="foundation-risk",
)
def vault(hand: Hand) -> None:
    statement = {**READ, "Action": "backup:CopyFromBackupVault", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    hand.answers["backup.GetBackupVaultAccessPolicy"] = lambda *_: {"Policy": text}


@sabotage(
    "each backup copied to a vault of another account",
    extra("backup Plan foundation-risk-backups", "copy action", "recovery", "medium"),
    stack="foundation-risk",
)
def copies(hand: Hand) -> None:
    copy = {"DestinationBackupVaultArn": f"arn:aws:backup:eu-central-1:{FOREIGN}:backup-vault:theirs"}
    hand.patch(
        "backup.GetBackupPlan", lambda answer, _: answer["BackupPlan"]["Rules"][0].update(CopyActions=[copy])
    )


@sabotage(
    "another selection of what is backed up",
    extra("backup Plan foundation-risk-backups", "selection", "recovery", "medium"),
    stack="foundation-risk",
)
def selection(hand: Hand) -> None:
    more = {"SelectionId": "00000000-0000-0000-0000-000000000000", "SelectionName": "theirs"}
    hand.answers["backup.ListBackupSelections"] = lambda *_: {"BackupSelectionsList": [more]}


@sabotage(
    "the bucket of the audit trail without its lock",
    Seen("missing", "medium", "recovery", "s3 BucketObjectLockConfiguration *"),
    stack="foundation-risk",
)
def unlocked(hand: Hand) -> None:
    hand.answers["s3.GetObjectLockConfiguration"] = lambda *_: absent("ObjectLockConfigurationNotFoundError")


def absent(code):
    """The error of AWS for what is not there."""
    from botocore.exceptions import ClientError

    raise ClientError({"Error": {"Code": code, "Message": ""}}, "any")
