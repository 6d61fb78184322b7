"""Lists that AWS would give where the simulator lacks the call: what the plan has, and otherwise nothing."""

from collections.abc import Mapping
from typing import Any

from tests.paved.audit.planned import Planned, answers, given


class AsLists(Planned):
    """Caches of the registry, and lists that nobody has put anything into."""

    @answers("ecr.DescribePullThroughCacheRules")
    def describe_pull_through_cache_rules(self, _: Any, request: Mapping[str, Any]) -> Any:
        wanted = request.get("ecrRepositoryPrefixes")
        rules = [
            given(each, "ecrRepositoryPrefix", "upstreamRegistryUrl", "credentialArn")
            for each in self.all("aws:ecr/pullThroughCacheRule:PullThroughCacheRule")
            if not wanted or each.inputs["ecrRepositoryPrefix"] in wanted
        ]
        return {"pullThroughCacheRules": rules}

    @answers("accessanalyzer.ListArchiveRules")
    def list_archive_rules(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"archiveRules": []}

    @answers("guardduty.ListFilters")
    def list_filters(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"FilterNames": []}

    @answers("guardduty.ListIPSets")
    def list_ip_sets(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"IpSetIds": []}

    @answers("guardduty.ListThreatIntelSets")
    def list_threat_intel_sets(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"ThreatIntelSetIds": []}

    @answers("guardduty.ListMembers")
    def list_members(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"Members": []}

    @answers("guardduty.ListPublishingDestinations")
    def list_publishing_destinations(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"Destinations": []}

    @answers("s3.ListBucketAnalyticsConfigurations")
    def list_bucket_analytics_configurations(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"AnalyticsConfigurationList": []}

    @answers("backup.GetBackupVaultAccessPolicy")
    def get_backup_vault_access_policy(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return self.planned("none")

    @answers("guardduty.GetAdministratorAccount")
    def get_administrator_account(self, _: Any, _asked: Mapping[str, Any]) -> Any:
        return {"Administrator": {}}
