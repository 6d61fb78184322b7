"""Parts that a planned resource may have as resources of their own: those that are told, and those that are not."""

from collections.abc import Mapping

TOLD: Mapping[str, str] = {
    "aws:accessanalyzer/archiveRule:ArchiveRule": "archive rule",
    "aws:backup/vaultPolicy:VaultPolicy": "policy",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "subscription filter",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "egress-only gateway",
    "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment": "internet gateway",
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": "route of the main table",
    "aws:ec2/networkAcl:NetworkAcl": "network ACL",
    "aws:ec2/securityGroupRule:SecurityGroupRule": "ingress rule",
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": "DHCP options",
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "route",
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": "CIDR block",
    "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation": "CIDR block",
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "peering connection",
    "aws:ec2/vpnGateway:VpnGateway": "VPN gateway",
    "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment": "VPN gateway",
    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": "route",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": "transit gateway attachment",
    "aws:eks/fargateProfile:FargateProfile": "Fargate profile",
    "aws:guardduty/filter:Filter": "filter",
    "aws:guardduty/iPSet:IPSet": "trusted addresses",
    "aws:guardduty/inviteAccepter:InviteAccepter": "administrator",
    "aws:guardduty/member:Member": "member",
    "aws:guardduty/memberDetectorFeature:MemberDetectorFeature": "member",
    "aws:guardduty/publishingDestination:PublishingDestination": "copy of findings",
    "aws:guardduty/threatIntelSet:ThreatIntelSet": "addresses of threats",
    "aws:kms/grant:Grant": "grant",
    "aws:s3/accessPoint:AccessPoint": "access point",
    "aws:s3/analyticsConfiguration:AnalyticsConfiguration": "analysis",
    "aws:s3/bucketAcl:BucketAcl": "access control list",
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": "CORS rule",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "replication",
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": "website",
    "aws:s3/inventory:Inventory": "inventory",
}
"""Types that no stack plans, and the kind of part as which one more is told."""

COMPARED = "it is a property of the planned resource, and compared there"
NO_READER = "not read yet"
STOPS_NOTHING = "it neither opens nor stops anything"
ELSEWHERE = "Outposts, Wavelength or ONTAP: no stack has any"
OF_DATA = "it is data, not configuration"

NOT_LOOKED_AT: Mapping[str, str] = {
    "aws:backup/vaultNotifications:VaultNotifications": NO_READER,
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": NO_READER,
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": NO_READER,
    "aws:cloudwatch/logIndexPolicy:LogIndexPolicy": STOPS_NOTHING,
    "aws:cloudwatch/logStream:LogStream": OF_DATA,
    "aws:cloudwatch/queryDefinition:QueryDefinition": STOPS_NOTHING,
    "aws:ec2/carrierGateway:CarrierGateway": ELSEWHERE,
    "aws:ec2/encryptionControl:EncryptionControl": NO_READER,
    "aws:ec2/localGatewayRouteTableVpcAssociation:LocalGatewayRouteTableVpcAssociation": ELSEWHERE,
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": (
        "interfaces belong to nodes, balancers and services; a group more in the VPC is told"
    ),
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": COMPARED,
    "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": NO_READER,
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": NO_READER,
    "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive": "it steers the provider",
    "aws:eks/capability:Capability": NO_READER,
    "aws:fsx/backup:Backup": OF_DATA,
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": ELSEWHERE,
    "aws:guardduty/organizationConfiguration:OrganizationConfiguration": (
        "the organisation's administrator has it, in another account"
    ),
    "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature": (
        "the organisation's administrator has it, in another account"
    ),
    "aws:iam/instanceProfile:InstanceProfile": (
        "Karpenter makes them as it runs; whose instance may be a role, its trust says, which is compared"
    ),
    "aws:kms/ciphertext:Ciphertext": OF_DATA,
    "aws:kms/keyPolicy:KeyPolicy": COMPARED,
    "aws:lb/targetGroup:TargetGroup": "it takes nothing in without a load balancer, which is told",
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": NO_READER,
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": NO_READER,
    "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": NO_READER,
    "aws:route53/zoneAssociation:ZoneAssociation": NO_READER,
    "aws:s3/bucketAbac:BucketAbac": NO_READER,
    "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration": STOPS_NOTHING,
    "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": STOPS_NOTHING,
    "aws:s3/bucketMetadataConfiguration:BucketMetadataConfiguration": NO_READER,
    "aws:s3/bucketMetric:BucketMetric": STOPS_NOTHING,
    "aws:s3/bucketObject:BucketObject": OF_DATA,
    "aws:s3/bucketObjectv2:BucketObjectv2": OF_DATA,
    "aws:s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration": STOPS_NOTHING,
    "aws:s3/directoryBucket:DirectoryBucket": "a bucket of another kind, in lists of its own: no stack has any",
    "aws:s3/filesFileSystem:FilesFileSystem": NO_READER,
    "aws:s3/objectCopy:ObjectCopy": OF_DATA,
    "aws:sns/dataProtectionPolicy:DataProtectionPolicy": NO_READER,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": COMPARED,
    "aws:sqs/redrivePolicy:RedrivePolicy": COMPARED,
    "aws:vpc/routeServerVpcAssociation:RouteServerVpcAssociation": NO_READER,
    "aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation": NO_READER,
}
"""Types whose presence at a planned resource nobody is told of, each with the reason."""
