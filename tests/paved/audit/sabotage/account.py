"""Things made beside the stacks in the account, without a tag."""

import json

from tests.paved.audit.sabotage.hand import (
    ANYTHING,
    FOREIGN,
    PROD,
    Hand,
    beside,
    sabotage,
)

IAM = f"arn:aws:iam::{PROD}:"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
CODE = {"ZipFile": b"x"}


@sabotage("a user with a key", beside(f"{IAM}user/mallory"))
def user(hand: Hand) -> None:
    hand("iam").create_user(UserName="mallory")
    hand("iam").create_access_key(UserName="mallory")
    hand("iam").put_user_policy(UserName="mallory", PolicyName="all", PolicyDocument=ANYTHING)


@sabotage("a group of users with every right", beside(f"{IAM}group/theirs"))
def group(hand: Hand) -> None:
    hand("iam").create_group(GroupName="theirs")
    hand("iam").put_group_policy(GroupName="theirs", PolicyName="all", PolicyDocument=ANYTHING)


@sabotage("a role that another account may be, with every right", beside(f"{IAM}role/mallory"))
def role(hand: Hand) -> None:
    hand("iam").create_role(RoleName="mallory", AssumeRolePolicyDocument=TRUST)
    hand("iam").put_role_policy(RoleName="mallory", PolicyName="all", PolicyDocument=ANYTHING)


@sabotage("another identity provider of the account", beside(f"{IAM}oidc-provider/example.net"))
def oidc(hand: Hand) -> None:
    hand("iam").create_open_id_connect_provider(
        Url="https://example.net", ClientIDList=["x"], ThumbprintList=["0" * 40]
    )


@sabotage("another identity provider of the account, by SAML", beside(f"{IAM}saml-provider/theirs"))
def saml(hand: Hand) -> None:
    hand("iam").create_saml_provider(SAMLMetadataDocument="x" * 1024, Name="theirs")


@sabotage("a key of the account's root", beside("access key of the account's root"))
def root(hand: Hand) -> None:
    hand.patch(
        "iam.GetAccountSummary", lambda answer, _: answer["SummaryMap"].update(AccountAccessKeysPresent=1)
    )


@sabotage("a bucket", beside("arn:aws:s3:::theirs-999", "settings", "low"))
def bucket(hand: Hand) -> None:
    hand("s3").create_bucket(Bucket="theirs-999")


@sabotage("another cluster", beside(f"arn:aws:eks:us-east-1:{PROD}:cluster/theirs", "settings", "low"))
def cluster(hand: Hand) -> None:
    subnets = [hand.subnet(f"foundation-prod-private-use1-az{zone}") for zone in (2, 4)]
    hand("eks").create_cluster(
        name="theirs", roleArn=f"{IAM}role/x", resourcesVpcConfig={"subnetIds": subnets}
    )


@sabotage(
    "a function that anybody may call by its URL",
    beside(f"arn:aws:lambda:us-east-1:{PROD}:function:theirs", "public access"),
)
def function(hand: Hand) -> None:
    service = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
    role = hand("iam").create_role(
        RoleName="theirs-function", Path="/theirs/", AssumeRolePolicyDocument=service
    )
    hand("lambda").create_function(
        FunctionName="theirs", Runtime="python3.12", Role=role["Role"]["Arn"], Handler="x", Code=CODE
    )
    hand("lambda").create_function_url_config(FunctionName="theirs", AuthType="NONE")


@sabotage("a key", beside(f"arn:aws:kms:us-east-1:{PROD}:key/*", "settings", "low"))
def key(hand: Hand) -> None:
    hand("kms").create_key()


@sabotage("a snapshot for everybody", beside(f"arn:aws:ec2:us-east-1:{PROD}:snapshot/*", "public access"))
def snapshot(hand: Hand) -> None:
    volume = hand("ec2").create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    made = hand("ec2").create_snapshot(VolumeId=volume)["SnapshotId"]
    hand("ec2").modify_snapshot_attribute(
        SnapshotId=made, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )


@sabotage(
    "an image of machines for everybody", beside(f"arn:aws:ec2:us-east-1:{PROD}:image/*", "public access")
)
def image(hand: Hand) -> None:
    made = hand("ec2").register_image(Name="theirs", RootDeviceName="/dev/sda1")["ImageId"]
    hand("ec2").modify_image_attribute(ImageId=made, LaunchPermission={"Add": [{"Group": "all"}]})


@sabotage(
    "another trail, into a bucket of others",
    beside(f"arn:aws:cloudtrail:us-east-1:{PROD}:trail/theirs", "logging", "low"),
)
def trail(hand: Hand) -> None:
    hand("s3").create_bucket(Bucket="theirs-trail")
    hand("cloudtrail").create_trail(Name="theirs", S3BucketName="theirs-trail")


@sabotage(
    "a secret that another account may read",
    beside(f"arn:aws:secretsmanager:us-east-1:{PROD}:secret:theirs-*", "public access"),
)
def secret(hand: Hand) -> None:
    hand("secretsmanager").create_secret(Name="theirs", SecretString="x")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    hand("secretsmanager").put_resource_policy(SecretId="theirs", ResourcePolicy=text)


@sabotage(
    "a notebook of SageMaker",
    beside(f"arn:aws:sagemaker:us-east-1:{PROD}:notebook-instance/theirs", "settings", "low"),
)
def notebook(hand: Hand) -> None:
    hand("sagemaker").create_notebook_instance(
        NotebookInstanceName="theirs",
        InstanceType="ml.t3.medium",
        RoleArn=f"{IAM}role/paved-vision-prod-trainer",
    )


@sabotage(
    "something of AWS's own: a role of a service, an event rule that a service manages",
    unseen="AWS makes them as its services run; nobody but AWS can change them",
)
def of_aws(hand: Hand) -> None:
    hand("iam").create_service_linked_role(AWSServiceName="spot.amazonaws.com")


@sabotage(
    "the account's block of public access to S3, encryption of volumes or password policy switched off",
    unseen="no stack plans them, so that nothing says how they should be; each bucket and volume has its own",
)
def posture(hand: Hand) -> None:
    hand("s3control").delete_public_access_block(AccountId=PROD)
    hand("ec2").disable_ebs_encryption_by_default()


@sabotage(
    "anything in a region where no stack of the folder has something",
    unseen="an audit asks the regions of the plan alone",
)
def region(hand: Hand) -> None:
    hand.session.client("s3", region_name="eu-north-1").create_bucket(
        Bucket="theirs-north", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
