"""Buckets, keys, registries and file systems that keep less, hide less or let in more."""

import json
from dataclasses import replace

from tests.policies.widening.model import DROP, FOREIGN, Widening, addition, firsts, made, rows, shown

BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
PUBLIC = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
KEY = "aws:kms/key:Key"
REPOSITORY = "aws:ecr/repository:Repository"
TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
DEFAULT = "rules>0>applyServerSideEncryptionByDefault"
AWS_KEYS = {
    "by alias": "alias/aws/s3",
    "by the alias' ARN": "arn:aws:kms:us-east-1:111122223333:alias/aws/s3",
}
THEIR_KEY = f"arn:aws:kms:us-east-1:{FOREIGN}:key/00000000-0000-0000-0000-000000000000"
ROWS = (
    (ENCRYPTION, DEFAULT, {"sseAlgorithm": "AES256"}, "EN-01", "encrypts with S3's key"),
    (ENCRYPTION, DEFAULT, {"sseAlgorithm": "aws:kms"}, "EN-01", "encrypts with no key named"),
    (
        ENCRYPTION,
        DEFAULT,
        {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ""},
        "EN-01",
        "encrypts with an empty key",
    ),
    *(
        (
            ENCRYPTION,
            DEFAULT,
            {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
            "EN-01",
            f"encrypts with AWS's key {how}",
        )
        for how, key in AWS_KEYS.items()
    ),
    (
        ENCRYPTION,
        DEFAULT,
        {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": THEIR_KEY},
        "EN-01",
        "encrypts with another account's key",
    ),
    (ENCRYPTION, f"{DEFAULT}>sseAlgorithm", "AWS:KMS", None, "names its algorithm in capitals"),
    (ENCRYPTION, "rules>0>bucketKeyEnabled", False, "EN-01", "has no bucket key"),
    (ENCRYPTION, "bucket", "another-bucket", "EN-01", "is of another bucket"),
    (ENCRYPTION, "rules>0>blockedEncryptionTypes", ["NONE"], None, "takes keys of whoever writes"),
    (VERSIONING, "versioningConfiguration>status", "Suspended", "DR-01", "keeps no versions any more"),
    (VERSIONING, "versioningConfiguration>status", "Disabled", "DR-01", "keeps no versions"),
    (VERSIONING, "versioningConfiguration>status", "enabled", "DR-01", "keeps versions in small letters"),
    (VERSIONING, "versioningConfiguration>mfaDelete", "Disabled", None, "is changed without a second factor"),
    (
        LIFECYCLE,
        "rules>0>noncurrentVersionExpiration",
        {"noncurrentDays": 1},
        ("DR-10", "DR-01"),
        "keeps versions for a day",
    ),
    (
        LIFECYCLE,
        "rules>0>noncurrentVersionExpiration",
        {"noncurrentDays": 30, "newerNoncurrentVersions": 0},
        None,
        "counts no versions",
    ),
    (
        LIFECYCLE,
        "rules>0>noncurrentVersionExpiration",
        {"noncurrentDays": 100000},
        "DR-01",
        "keeps versions for ever",
    ),
    (LIFECYCLE, "rules>0>status", "Disabled", "DR-01", "is switched off"),
    (LIFECYCLE, "rules>0>filter", {"prefix": "none/"}, "DR-01", "is about a folder"),
    (
        LIFECYCLE,
        "rules>0>filter",
        {"tag": {"key": "a", "value": "b"}},
        "DR-01",
        "is about objects with a tag",
    ),
    (
        LIFECYCLE,
        "rules>0>filter",
        {"objectSizeGreaterThan": 10**12},
        "DR-01",
        "is about objects of a terabyte",
    ),
    (LIFECYCLE, "rules>0>expiration", {"days": 1}, ("DR-10",), "deletes what is a day old"),
    (
        LIFECYCLE,
        "rules>0>expiration",
        {"date": "2020-01-01T00:00:00Z"},
        ("DR-10",),
        "deletes everything from a day on",
    ),
    (
        LIFECYCLE,
        "rules>0>abortIncompleteMultipartUpload",
        {"daysAfterInitiation": 3650},
        "DR-01",
        "keeps unfinished uploads for years",
    ),
    *(
        (PUBLIC, key, value, "NW-06", f"has {key} {value!r}")
        for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        for value in (False, "false", 0)
    ),
    (PUBLIC, "bucket", "another-bucket", "NW-06", "is of another bucket"),
    (OWNERSHIP, "rule>objectOwnership", "ObjectWriter", ("ID-12",), "leaves objects to who wrote them"),
    (BUCKET, "forceDestroy", True, "DR-05", "is emptied when it is deleted"),
    (BUCKET, "forceDestroy", "true", "DR-05", "is emptied when it is deleted, as text"),
    (BUCKET, "acl", "public-read", ("ID-12", "NW-06"), "is read by everybody"),
    (
        BUCKET,
        "grants",
        [
            {
                "type": "Group",
                "uri": "http://acs.amazonaws.com/groups/global/AllUsers",
                "permissions": ["READ"],
            }
        ],
        ("ID-12", "NW-06"),
        "grants everybody to read",
    ),
    (
        BUCKET,
        "grants",
        [{"type": "CanonicalUser", "id": "79a5", "permissions": ["FULL_CONTROL"]}],
        ("ID-12",),
        "grants another account all",
    ),
    (
        BUCKET,
        "policy",
        json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"AWS": FOREIGN}, "Action": "s3:*", "Resource": "*"}
                ],
            }
        ),
        ("ID-12",),
        "lets in another account by its own property",
    ),
    (BUCKET, "website", {"indexDocument": "index.html"}, None, "is a website"),
    (
        BUCKET,
        "corsRules",
        [{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}],
        None,
        "is read by every page",
    ),
    (BUCKET, "region", "ap-southeast-2", "ML-07", "lies in another region"),
    (BUCKET, "region", "cn-north-1", "ML-07", "lies in China"),
    (LOCK, "rule>defaultRetention", {"days": 1, "mode": "COMPLIANCE"}, "DR-02", "locks for a day"),
    (LOCK, "rule>defaultRetention", {"days": 400}, "DR-02", "locks without a mode"),
    (LOCK, "rule>defaultRetention", {"days": 400, "mode": "NONE"}, "DR-02", "locks in no mode"),
    (
        LOCK,
        "rule>defaultRetention",
        {"days": "0", "mode": "COMPLIANCE"},
        "DR-02",
        "locks for no day, as text",
    ),
    (LOCK, "objectLockEnabled", "Disabled", "DR-02", "is switched off"),
    (LOCK, "bucket", "another-bucket", "DR-02", "locks another bucket"),
    (KEY, "enableKeyRotation", False, "EN-03", "does not rotate"),
    (KEY, "enableKeyRotation", "false", "EN-03", "does not rotate, as text"),
    (KEY, "rotationPeriodInDays", 2560, "EN-03", "rotates every seven years"),
    (KEY, "isEnabled", False, "EN-03", "is disabled"),
    (KEY, "deletionWindowInDays", 7, "EN-04", "is gone in a week"),
    (KEY, "deletionWindowInDays", "7", "EN-04", "is gone in a week, as text"),
    (KEY, "bypassPolicyLockoutSafetyCheck", True, None, "may lock out its account"),
    (KEY, "policy", "", "EN-04", "has an empty policy"),
    (KEY, "policy", "{}", "EN-04", "has a policy of nothing"),
    (
        KEY,
        "policy",
        json.dumps({"Version": "2012-10-17", "Statement": []}),
        "EN-04",
        "has a policy without statements",
    ),
    (KEY, "multiRegion", True, ("ML-07",), "is a key of every region"),
    (REPOSITORY, "imageTagMutability", "MUTABLE", "K8-06", "lets tags move"),
    (REPOSITORY, "imageTagMutability", "IMMUTABLE_WITH_EXCLUSION", "K8-06", "lets some tags move"),
    (REPOSITORY, "imageScanningConfiguration>scanOnPush", False, "K8-06", "scans nothing"),
    (REPOSITORY, "imageScanningConfiguration>scanOnPush", "false", "K8-06", "scans nothing, as text"),
    (
        REPOSITORY,
        "encryptionConfigurations",
        [{"encryptionType": "AES256"}],
        "EN-07",
        "encrypts with AWS's key",
    ),
    (
        REPOSITORY,
        "encryptionConfigurations",
        [{"encryptionType": "KMS"}],
        "EN-07",
        "encrypts with no key named",
    ),
    (
        REPOSITORY,
        "encryptionConfigurations",
        [{"encryptionType": "KMS", "kmsKey": "alias/aws/ecr"}],
        "EN-07",
        "encrypts with AWS's key by alias",
    ),
    (
        REPOSITORY,
        "encryptionConfigurations",
        [{"encryptionType": "KMS", "kmsKey": THEIR_KEY}],
        "EN-07",
        "encrypts with another account's key",
    ),
    (REPOSITORY, "forceDelete", True, "DR-05", "is emptied when it is deleted"),
    (TEMPLATE, "imageTagMutability", "MUTABLE", "K8-06", "lets tags move"),
    (
        TEMPLATE,
        "repositoryPolicy",
        json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}]}
        ),
        ("ID-12",),
        "opens every repository that it makes",
    ),
    (
        SCANNING,
        "rules",
        [
            {
                "repositoryFilters": [{"filter": "none", "filterType": "WILDCARD"}],
                "scanFrequency": "CONTINUOUS_SCAN",
            }
        ],
        ("K8-11",),
        "scans one repository",
    ),
    (
        SCANNING,
        "rules",
        [{"repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}], "scanFrequency": "MANUAL"}],
        ("K8-11",),
        "scans when it is asked",
    ),
    (
        SCANNING,
        "rules",
        [{"repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}], "scanFrequency": "SCAN_ON_PUSH"}],
        ("K8-11",),
        "scans once",
    ),
    (SCANNING, "scanType", "BASIC", ("K8-11",), "scans without advisories"),
    (SCANNING, "rules", [], ("K8-11",), "scans nothing"),
    (
        "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
        "upstreamRegistryUrl",
        "registry.evil.example.com",
        None,
        "pulls from elsewhere",
    ),
    (LUSTRE, "kmsKeyId", "alias/aws/fsx", "EN-06", "encrypts with AWS's key by alias"),
    (LUSTRE, "kmsKeyId", THEIR_KEY, "EN-06", "encrypts with another account's key"),
    (LUSTRE, "securityGroupIds", ["sg-00000000"], None, "is reached by another group"),
    (LUSTRE, "importPath", "s3://theirs", None, "reads a bucket of others"),
    (
        "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
        "dataRepositoryPath",
        "s3://theirs/",
        ("ID-10",),
        "reads a bucket of others",
    ),
    (
        "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
        "deleteDataInFilesystem",
        True,
        None,
        "deletes its files",
    ),
    ("aws:sns/topic:Topic", "kmsMasterKeyId", "alias/aws/sns", "EN-07", "encrypts with AWS's key"),
    (
        "aws:sns/topic:Topic",
        "kmsMasterKeyId",
        "arn:aws:kms:us-east-1:111122223333:alias/aws/sns",
        "EN-07",
        "encrypts with AWS's key by ARN",
    ),
    ("aws:sns/topic:Topic", "kmsMasterKeyId", THEIR_KEY, "EN-07", "encrypts with another account's key"),
    ("aws:sqs/queue:Queue", "sqsManagedSseEnabled", False, "EN-07", "is in clear text"),
    ("aws:sqs/queue:Queue", "sqsManagedSseEnabled", "false", "EN-07", "is in clear text, as text"),
    ("aws:sqs/queue:Queue", "messageRetentionSeconds", 60, None, "keeps messages for a minute"),
    (
        "aws:cloudwatch/logGroup:LogGroup",
        "kmsKeyId",
        THEIR_KEY,
        "EN-07",
        "encrypts with another account's key",
    ),
    (
        "aws:eks/cluster:Cluster",
        "encryptionConfig",
        {"provider": {"keyArn": THEIR_KEY}, "resources": ["secrets"]},
        "EN-05",
        "encrypts with another account's key",
    ),
    (
        "aws:eks/cluster:Cluster",
        "encryptionConfig>provider>keyArn",
        "arn:aws:kms:us-east-1:111122223333:alias/aws/eks",
        "EN-05",
        "encrypts with AWS's key",
    ),
    (
        "aws:eks/cluster:Cluster",
        "encryptionConfig>resources",
        ["configmaps"],
        "EN-05",
        "encrypts something else",
    ),
    ("aws:eks/cluster:Cluster", "deletionProtection", False, "DR-05", "is deleted by one call"),
    ("aws:backup/vault:Vault", "kmsKeyArn", THEIR_KEY, "EN-07", "encrypts with another account's key"),
    ("aws:backup/vault:Vault", "forceDestroy", True, "DR-05", "is emptied when it is deleted"),
    (
        "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer",
        "artifactStoreUri",
        "s3://theirs/",
        ("ID-10",),
        "writes to a bucket of others",
    ),
    (
        "kubernetes:storage.k8s.io/v1:StorageClass",
        "parameters>encrypted",
        "false",
        "EN-06",
        "encrypts nothing",
    ),
    (
        "kubernetes:storage.k8s.io/v1:StorageClass",
        "parameters>kmsKeyId",
        "alias/aws/ebs",
        "EN-06",
        "encrypts with AWS's key",
    ),
    ("kubernetes:storage.k8s.io/v1:StorageClass", "parameters>kmsKeyId", DROP, "EN-06", "names no key"),
    (
        "kubernetes:storage.k8s.io/v1:StorageClass",
        "parameters>encrypted",
        "False",
        "EN-06",
        "encrypts nothing, in a capital letter",
    ),
    (
        "kubernetes:storage.k8s.io/v1:StorageClass",
        "provisioner",
        "kubernetes.io/aws-ebs",
        "EN-06",
        "is of the old driver",
    ),
    ("kubernetes:storage.k8s.io/v1:StorageClass", "parameters>type", "io1", "CO-07", "is of dear volumes"),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        "blockDeviceMappings>0>ebs>encrypted",
        "false",
        "EN-06",
        "has a disk in clear text",
    ),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        "blockDeviceMappings>0>ebs>kmsKeyId",
        "alias/aws/ebs",
        "EN-06",
        "encrypts with AWS's key",
    ),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        "blockDeviceMappings>0>ebs>kmsKeyId",
        THEIR_KEY,
        "EN-06",
        "encrypts with another account's key",
    ),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        "blockDeviceMappings",
        lambda old: [*old, {"deviceName": "/dev/sdb", "ebs": {"volumeSize": 10}}],
        "EN-06",
        "has a second disk in clear text",
    ),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        "blockDeviceMappings",
        lambda old: [*old, {"deviceName": "/dev/sdb", "ebs": {"snapshotId": "snap-1"}}],
        "EN-06",
        "has a disk of a snapshot",
    ),
)
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Added",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"},
            "Action": "*",
            "Resource": "*",
        }
    ],
}
OPEN = json.dumps(POLICY)
OPENED = {
    "aws:s3/bucketPolicy:BucketPolicy": {"policy": OPEN},
    "aws:s3control/accessPointPolicy:AccessPointPolicy": {"policy": OPEN},
    "aws:s3/accessPoint:AccessPoint": {"bucket": "b", "policy": OPEN},
    "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy": {"details": {"policy": OPEN}},
    "aws:s3/bucketAclV2:BucketAclV2": {"acl": "public-read"},
    "aws:s3/bucketAcl:BucketAcl": {"acl": "authenticated-read"},
    "aws:s3/bucketObjectv2:BucketObjectv2": {"acl": "public-read", "key": "a"},
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
        "rules": [{"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::theirs", "account": FOREIGN}}]
    },
    "aws:s3/inventory:Inventory": {
        "destination": {"bucket": {"bucketArn": "arn:aws:s3:::theirs", "accountId": FOREIGN}}
    },
    "aws:s3/bucketLogging:BucketLogging": {"targetBucket": "theirs"},
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {"policy": OPEN},
    "aws:ecr/registryPolicy:RegistryPolicy": {"policy": OPEN},
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
        "replicationConfiguration": {
            "rules": [{"destinations": [{"region": "us-east-1", "registryId": FOREIGN}]}]
        }
    },
    "aws:ecrpublic/repository:Repository": {"repositoryName": "a"},
    "aws:sqs/queuePolicy:QueuePolicy": {"policy": OPEN},
    "aws:sqs/queue:Queue": {"policy": OPEN, "sqsManagedSseEnabled": True},
    "aws:sns/topicPolicy:TopicPolicy": {"policy": OPEN},
    "aws:sns/topic:Topic": {"policy": OPEN},
    "aws:sns/topicSubscription:TopicSubscription": {
        "protocol": "https",
        "endpoint": "https://evil.example.com",
    },
    "aws:kms/grant:Grant": {
        "granteePrincipal": f"arn:aws:iam::{FOREIGN}:role/eve",
        "operations": ["Decrypt"],
    },
    "aws:kms/keyPolicy:KeyPolicy": {"policy": OPEN},
    "aws:kms/replicaKey:ReplicaKey": {"policy": OPEN},
    "aws:kms/externalKey:ExternalKey": {"policy": OPEN},
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {"policy": OPEN},
    "aws:cloudwatch/eventPermission:EventPermission": {"principal": "*", "statementId": "a"},
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {"policyDocument": OPEN},
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": {"accessPolicy": OPEN},
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": {
        "destinationArn": f"arn:aws:logs:us-east-1:{FOREIGN}:destination:a"
    },
    "aws:backup/vaultPolicy:VaultPolicy": {"policy": OPEN},
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {"policy": OPEN},
    "aws:secretsmanager/secretPolicy:SecretPolicy": {"policy": OPEN},
    "aws:secretsmanager/secret:Secret": {"policy": OPEN},
    "aws:lambda/permission:Permission": {"principal": FOREIGN, "action": "lambda:InvokeFunction"},
    "aws:lambda/functionUrl:FunctionUrl": {"authorizationType": "NONE"},
    "aws:dynamodb/resourcePolicy:ResourcePolicy": {"policy": OPEN},
    "aws:kinesis/resourcePolicy:ResourcePolicy": {"policy": OPEN},
    "aws:opensearch/domainPolicy:DomainPolicy": {"accessPolicies": OPEN},
    "aws:glue/resourcePolicy:ResourcePolicy": {"policy": OPEN},
    "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": {"resourcePolicy": OPEN},
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": {"policy": OPEN},
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": {"principalArn": "*"},
    "aws:ram/principalAssociation:PrincipalAssociation": {"principal": FOREIGN},
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": {"accountId": FOREIGN},
    "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": {"accountId": FOREIGN},
    "aws:iam/samlProvider:SamlProvider": {"name": "theirs", "samlMetadataDocument": "<x/>"},
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
        "url": "https://evil.example.com",
        "clientIdLists": ["a"],
    },
    "aws:rolesanywhere/trustAnchor:TrustAnchor": {"name": "theirs"},
    "aws:s3/bucketV2:BucketV2": {"bucket": "theirs", "policy": OPEN},
}
OF_KEYS = (
    "aws:kms/grant:Grant",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
)
OF_TEAMS = ("aws:s3/bucketPolicy:BucketPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy")


def widenings(stack):
    yield from rows(stack, ROWS)
    if stack.of("pulumi:providers:aws"):
        for kind, properties in OPENED.items():
            claims = ("ID-12", "EN-04") if kind in OF_KEYS else ("ID-12",)
            claims = ("ID-12", "ID-10") if kind in OF_TEAMS and stack.context.kind == "team" else claims
            short = kind.removeprefix("aws:").partition(":")[0]
            yield addition(f"{short} lets in or sends to others", claims, made(stack, kind, properties))
        yield from elsewhere(stack)
    for kind in (BUCKET, KEY, LUSTRE, "aws:eks/cluster:Cluster", "aws:backup/vault:Vault"):
        for each in firsts(stack, kind):
            if each.protect:
                yield unprotected(each)


def unprotected(subject):
    return Widening(
        name=f"{shown(subject)} is not protected",
        claims=("DR-04",),
        changed={subject.urn: replace(subject, protect=False)},
    )


def elsewhere(stack):
    """What rests or goes where the residency does not say."""
    kinds = {
        "aws:s3/bucket:Bucket": {"bucket": "far", "region": "ap-southeast-2"},
        "aws:sqs/queue:Queue": {"name": "far", "region": "ap-southeast-2", "sqsManagedSseEnabled": True},
        "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
            "replicationConfiguration": {
                "rules": [
                    {"destinations": [{"region": "ap-southeast-2", "registryId": stack.context.account}]}
                ]
            }
        },
        "aws:dynamodb/table:Table": {"name": "far", "replicas": [{"regionName": "ap-southeast-2"}]},
        "aws:secretsmanager/secret:Secret": {"name": "far", "replicas": [{"region": "ap-southeast-2"}]},
        "aws:kms/replicaKey:ReplicaKey": {"region": "ap-southeast-2"},
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {"region": "ap-southeast-2", "rules": []},
        "aws:backup/plan:Plan": {
            "name": "far",
            "rules": [
                {
                    "ruleName": "a",
                    "targetVaultName": "v",
                    "schedule": "cron(0 2 * * ? *)",
                    "copyActions": [
                        {"destinationVaultArn": "arn:aws:backup:ap-southeast-2:111122223333:backup-vault:v"}
                    ],
                }
            ],
        },
        "aws:dynamodb/globalTable:GlobalTable": {"replicas": [{"regionName": "ap-southeast-2"}]},
        "aws:fsx/backup:Backup": {"region": "ap-southeast-2"},
        "aws:ec2/snapshotCopy:SnapshotCopy": {"sourceRegion": "us-east-1", "region": "ap-southeast-2"},
    }
    for kind, properties in kinds.items():
        short = kind.removeprefix("aws:").partition(":")[0]
        yield addition(f"{short} is in Sydney", ("ML-07",), made(stack, kind, properties))
