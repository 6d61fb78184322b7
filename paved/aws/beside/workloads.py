"""Workloads, listeners and recordings of an account: clusters, functions, notebooks, buses, rules of events, trails."""

from collections.abc import Callable, Iterator

from paved.aws.beside.principals import lets_others_in
from paved.aws.reading.account import NotFound
from paved.aws.reading.facts import Concern, Content
from paved.aws.reading.listings import AccountListing, lists
from paved.aws.reading.lookup import tag_map
from paved.aws.services import iam_actions
from reference.tags import SERVICE_TAG

IAM_ACTIONS = {
    **iam_actions("eks", "ListClusters"),
    **iam_actions("events", "ListEventBuses", "ListRules"),
    **iam_actions("lambda", "GetFunctionUrlConfig", "ListFunctions", "ListTags"),
    **iam_actions("sagemaker", "ListDomains", "ListNotebookInstances"),
    **iam_actions("cloudtrail", "DescribeTrails"),
}
DEFAULT_BUS = "default"


@lists("cluster")
def clusters(listing: AccountListing) -> Iterator[Content]:
    for name in listing.pages("eks.ListClusters", "clusters"):
        yield _content(
            "cluster", listing.arn("eks", f"cluster/{name}"), service=_cluster_maker(listing, name)
        )


@lists("function")
def functions(listing: AccountListing) -> Iterator[Content]:
    """Functions; one with a URL that asks for no signature is open to everybody."""
    for function in listing.pages("lambda.ListFunctions", "Functions"):
        name, arn = function["FunctionName"], function["FunctionArn"]
        try:
            url = listing.ask("lambda.GetFunctionUrlConfig", FunctionName=name)
        except NotFound:
            url = {}
        is_open = url.get("AuthType") == "NONE"
        yield _content(
            "function", arn, "public access" if is_open else "settings", _function_maker(listing, arn)
        )


@lists("notebook")
def notebooks(listing: AccountListing) -> Iterator[Content]:
    for each in listing.pages("sagemaker.ListNotebookInstances", "NotebookInstances"):
        arn = each["NotebookInstanceArn"]
        yield _content("notebook", arn, service=_sagemaker_maker(listing, arn))


@lists("domain of SageMaker")
def domains(listing: AccountListing) -> Iterator[Content]:
    for each in listing.pages("sagemaker.ListDomains", "Domains"):
        arn = each["DomainArn"]
        yield _content("domain of SageMaker", arn, service=_sagemaker_maker(listing, arn))


@lists("event bus")
def buses(listing: AccountListing) -> Iterator[Content]:
    """Buses, and the account's own one where its policy lets somebody in."""
    for bus in listing.pages("events.ListEventBuses", "EventBuses"):
        arn, policy = bus["Arn"], bus.get("Policy")
        is_open = bool(policy) and lets_others_in(policy, listing.target.account)
        if is_open or bus["Name"] != DEFAULT_BUS:
            yield _content(
                "event bus", arn, "public access" if is_open else "settings", _rule_maker(listing, arn)
            )


@lists("rule of events")
def rules(listing: AccountListing) -> Iterator[Content]:
    """Rules of the account's own bus, but for those that a service of AWS manages."""
    for rule in listing.pages("events.ListRules", "Rules"):
        if "ManagedBy" not in rule:
            yield _content("rule of events", rule["Arn"], service=_rule_maker(listing, rule["Arn"]))


@lists("trail")
def trails(listing: AccountListing) -> Iterator[Content]:
    """Trails of the region, but for those of the organisation."""
    for trail in listing.ask("cloudtrail.DescribeTrails", includeShadowTrails=False).get("trailList", ()):
        if not trail.get("IsOrganizationTrail"):
            yield _content("trail", trail["TrailARN"], "logging")


@lists("policy of logs")
def logs_policies(listing: AccountListing) -> Iterator[Content]:
    """Policies of all logs of a region that let somebody other than services of AWS in."""
    for each in listing.pages("logs.DescribeResourcePolicies", "resourcePolicies"):
        if lets_others_in(each["policyDocument"], listing.target.account):
            yield _content("policy of logs", f"logs resource policy {each['policyName']}", "public access")


def _content(
    kind: str,
    label: str,
    concern: Concern = "settings",
    service: Callable[[], str | None] = lambda: None,
) -> Content:
    return Content(kind=kind, name=label, label=label, concern=concern, service=service)


def _cluster_maker(listing: AccountListing, name: str) -> Callable[[], str | None]:
    """The reading of the tag that says which stack made a cluster."""

    def read() -> str | None:
        try:
            cluster = listing.ask("eks.DescribeCluster", name=name)["cluster"]
        except NotFound:
            return None
        service: str | None = cluster.get("tags", {}).get(SERVICE_TAG)
        return service

    return read


def _function_maker(listing: AccountListing, arn: str) -> Callable[[], str | None]:
    def read() -> str | None:
        service: str | None = listing.ask("lambda.ListTags", Resource=arn).get("Tags", {}).get(SERVICE_TAG)
        return service

    return read


def _sagemaker_maker(listing: AccountListing, arn: str) -> Callable[[], str | None]:
    return lambda: tag_map(listing.pages("sagemaker.ListTags", "Tags", ResourceArn=arn)).get(SERVICE_TAG)


def _rule_maker(listing: AccountListing, arn: str) -> Callable[[], str | None]:
    return lambda: tag_map(listing.ask("events.ListTagsForResource", ResourceARN=arn)["Tags"]).get(
        SERVICE_TAG
    )
