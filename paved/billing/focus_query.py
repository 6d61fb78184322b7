"""SQL that reads a FOCUS table: every value checked, then lines added up that are alike for the report."""

from collections.abc import Iterable, Mapping
from datetime import date

from paved.billing.month import Month
from reference.tags import COST_TAG, SERVICE_TAG

NEEDED = (
    "BilledCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "EffectiveCost",
    "ServiceName",
    "Tags",
)
"""Columns that a bill cannot be read without. FOCUS lets Tags be absent, but without them no line has an owner."""

CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
"""FOCUS charge categories."""

SPELLINGS = ("{key}", "user:{key}", "user_{key}", "resourceTags/user:{key}")
"""Spellings of the key of a tag that users set, by exports; CUR 2.0 also turns `-` into `_`, which no key here has."""

NAMESPACES = ("aws:eks:namespace", "aws_eks_namespace", "namespace", "kubernetes_namespace")
"""Keys under which a provider's split of a shared node names the namespace, which for a team is its stack."""

AMAZON = "^(amazon|aws)"
"""How the names of Amazon's own companies begin, by which products of others are told apart."""

NUMBER = r"-?\d{1,12}(\.\d+)?([eE]-?\d{1,2})?"
"""A plain decimal below 10^12, or one as Parquet's doubles are written. No sign but minus, no mark, no NaN."""

INSTANT = r"[12]\d{3}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|\+00(:?00)?)?)?"
"""A date and time of UTC, or one that names no zone, of a year that a bill may have."""

FLAWS: Mapping[str, str] = {
    "BilledCost": "must be a plain number below 10^12",
    "EffectiveCost": "must be a plain number below 10^12",
    "ListCost": "must be a plain number below 10^12",
    "ContractedCost": "must be a plain number below 10^12",
    "BillingPeriodStart": "must be a date and time in UTC",
    "ChargePeriodStart": "must be a date and time in UTC",
    "ChargePeriodEnd": "must be a date and time in UTC, not before the start",
    "ChargeCategory": f"must be one of {', '.join(CATEGORIES)}",
    "BillingCurrency": "must name a currency",
    "ServiceName": "must name a service",
    "Tags": "must be a JSON object or empty",
    "future": "starts after the day that the report is made for",
}
"""The message of each flaw of a line, by the column it is in."""

MAY_LACK = ("listed", "contracted")
"""The costs without which a bill can be read: where they are empty, the report does without them."""

COSTS = {
    "billed": "BilledCost",
    "effective": "EffectiveCost",
    "listed": "ListCost",
    "contracted": "ContractedCost",
}
"""The costs of a line, by the name that they have here."""

TEXT_COLUMNS = (
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "BillingCurrency",
    "BillingAccountId",
    "SubAccountId",
    "ServiceName",
    "ServiceCategory",
    "SkuPriceDetails",
    "SkuMeter",
    "x_UsageType",
    "PricingCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountType",
    "CommitmentDiscountStatus",
    "ProviderName",
    "PublisherName",
    "AllocatedMethodId",
    "AllocatedTags",
)
"""The columns that are read, but for costs and tags."""


def text(column: str, types: Mapping[str, str]) -> str:
    """A column as text, whatever a CSV or Parquet file holds it as; NULL for one that is not there."""
    if column not in types:
        return "NULL::VARCHAR"
    if types[column].upper().startswith(("MAP", "STRUCT")):
        return f'to_json("{column}")::VARCHAR'
    return f'CAST("{column}" AS VARCHAR)'


def tag(keys: Iterable[str], labels: str = "labels") -> str:
    """The value of a tag, under the first of its keys that has one."""
    # The first that has a value: an export may hold a key in two spellings, one of them empty.
    paths = ", ".join(f"""'$."{key}"'""" for key in keys)
    found = f"json_extract_string({labels}, [{paths}])"
    return f"coalesce(list_filter({found}, lambda x: trim(coalesce(x, '')) <> '')[1], '')"


def tag_key(key: str) -> str:
    """The spelling of a tag's key that has its value, the exact ones first, then those that differ in case."""
    cases: list[str] = []
    for spelling in key_spellings(key):
        value = f"""trim(coalesce(json_extract_string(labels, '$."{spelling}"'), ''))"""
        cases.append(f"WHEN {value} <> '' THEN '{spelling}'")
    return f"CASE {' '.join(cases)} ELSE '' END"


def key_spellings(key: str) -> tuple[str, ...]:
    """The spellings of a tag's key by exports, and those of keys that differ from it in case."""
    words = (key, key.capitalize(), key.upper())
    return tuple(spelling.format(key=word) for word in words for spelling in SPELLINGS)


def lines(source: str, types: Mapping[str, str], as_of: date) -> str:
    """Each line by itself, with its first flaw: for the one that an error names."""
    return _judged(_numbers(source, types), as_of)


def totals(source: str, types: Mapping[str, str], as_of: date, months: Iterable[Month]) -> str:
    """All lines, added up by everything that the report tells apart, and by flaw.

    Lines of one text are added up before their dates and tags are parsed, of which a bill has few.
    """
    kept = ", ".join(f"DATE '{month.first}'" for month in months)
    same = ", ".join(f'"{column}"' for column in (*TEXT_COLUMNS, "Tags"))
    costs = ", ".join(f"sum({cost}) AS {cost}" for cost in COSTS)
    bad = ", ".join(f"sum(bad_{cost}) AS bad_{cost}" for cost in COSTS)
    empty = ", ".join(f"sum(empty_{cost})::BIGINT AS empty_{cost}" for cost in MAY_LACK)
    alike = f"SELECT {same}, sum(rows) AS rows, {bad}, {empty}, {costs} FROM ({_numbers(source, types)}) GROUP BY ALL"
    return f"""
      SELECT flaw, date_trunc('month', bill_day)::DATE AS bill, day,
        {tag(key_spellings(COST_TAG))} AS team, {tag_key(COST_TAG)} AS team_key,
        {tag(key_spellings(SERVICE_TAG))} AS stack, {tag(key_spellings(COST_TAG), "allocated")} AS allocated_team,
        {tag(NAMESPACES, "allocated")} AS namespace, coalesce("SubAccountId", '') AS account,
        "ServiceName" AS service, coalesce("ServiceCategory", '') AS service_category,
        "ChargeCategory" AS category, {_kind()} AS kind, {_instance_type()} AS instance_type,
        {_product()} AS product, coalesce("CommitmentDiscountId", '') AS commitment,
        coalesce("CommitmentDiscountType", '') AS commitment_type,
        coalesce("CommitmentDiscountStatus", '') AS status, coalesce("PricingCategory", '') = 'Dynamic' AS is_spot,
        "BillingCurrency" AS currency, coalesce("BillingAccountId", '') AS payer,
        date_trunc('month', bill_day)::DATE IN ({kept}) AS wanted, sum(rows)::BIGINT AS rows, {empty}, {costs}
      FROM ({_judged(alike, as_of)}) GROUP BY ALL ORDER BY ALL"""


def _numbers(table: str, types: Mapping[str, str]) -> str:
    # FOCUS 1.0 has no meter; the description of a charge then names the instance type and the transfer.
    described = {"SkuMeter": "ChargeDescription"} if not {"SkuMeter", "x_UsageType"} & set(types) else {}
    columns = {column: described.get(column, column) for column in (*TEXT_COLUMNS, *COSTS.values())}
    words = ", ".join(f'{text(source, types)} AS "{column}"' for column, source in columns.items())
    numbers = ", ".join(f"{_number(column)} AS {cost}" for cost, column in COSTS.items())
    bad = ", ".join(f"({_bad(cost)})::INT AS bad_{cost}" for cost in COSTS)
    empty = ", ".join(f'("{COSTS[cost]}" IS NULL)::INT AS empty_{cost}' for cost in MAY_LACK)
    return f"""
      SELECT *, 1 AS rows, {bad}, {empty} FROM (
        SELECT *, {numbers} FROM (
          SELECT {words}, coalesce(nullif(trim({text("Tags", types)}), ''), '{{}}') AS "Tags" FROM {table}))"""


def _bad(cost: str) -> str:
    return f'{cost} IS NULL AND "{COSTS[cost]}" IS NOT NULL' if cost in MAY_LACK else f"{cost} IS NULL"


def _judged(relation: str, as_of: date) -> str:
    return f"""
      SELECT *, {_flaw(as_of)} AS flaw FROM (
        SELECT *,
          {_day("BillingPeriodStart")} AS bill_day, {_day("ChargePeriodStart")} AS day,
          {_day("ChargePeriodEnd")} AS end_day,
          CASE WHEN json_valid("Tags") THEN "Tags" ELSE 'null' END AS labels,
          CASE WHEN "AllocatedMethodId" IS NOT NULL AND json_valid("AllocatedTags") THEN "AllocatedTags" ELSE '{{}}' END
            AS allocated,
          CASE WHEN json_valid("SkuPriceDetails") THEN "SkuPriceDetails" ELSE 'null' END AS details
        FROM ({relation}))"""


def _number(column: str) -> str:
    # Exact, as costs have up to twelve decimals and sums of floats are off by cents.
    return f"""CASE WHEN regexp_full_match("{column}", '{NUMBER}') THEN try_cast("{column}" AS DECIMAL(38, 12)) END"""


def _day(column: str) -> str:
    # The pattern takes no zone but UTC, so that the day is that of the text.
    day = f'try_cast(substr("{column}", 1, 10) AS DATE)'
    return f"""CASE WHEN regexp_full_match("{column}", '{INSTANT}') THEN {day} END"""


def _flaw(as_of: date) -> str:
    known = ", ".join(f"'{category}'" for category in CATEGORIES)
    costs = " ".join(f"WHEN bad_{cost} > 0 THEN '{column}'" for cost, column in COSTS.items())
    return f"""CASE {costs}
        WHEN bill_day IS NULL THEN 'BillingPeriodStart' WHEN day IS NULL THEN 'ChargePeriodStart'
        WHEN end_day IS NULL OR end_day < day THEN 'ChargePeriodEnd'
        WHEN "ChargeCategory" IS NULL OR "ChargeCategory" NOT IN ({known}) THEN 'ChargeCategory'
        WHEN trim(coalesce("BillingCurrency", '')) = '' THEN 'BillingCurrency'
        WHEN trim(coalesce("ServiceName", '')) = '' THEN 'ServiceName'
        WHEN json_type(labels) <> 'OBJECT' THEN 'Tags'
        WHEN day > DATE '{as_of}' THEN 'future' END"""


def _kind() -> str:
    """Usage of at most a day, in the bill of its own month, or a commitment's fee of one; all else is charged once."""
    return """CASE WHEN ("ChargeCategory" = 'Usage' OR ("ChargeCategory" = 'Purchase'
          AND "CommitmentDiscountId" IS NOT NULL AND "ChargeFrequency" = 'Recurring'))
        AND coalesce("ChargeClass", '') = '' AND end_day - day <= 1
        AND date_trunc('month', day) = date_trunc('month', bill_day) THEN 'usage' ELSE 'once' END"""


METER = """coalesce("SkuMeter", "x_UsageType", '')"""


def _product() -> str:
    """The kind of product that a service's name does not tell: transfer, or of the marketplace."""
    own = f"coalesce(regexp_matches(lower(\"PublisherName\"), '{AMAZON}'), true)"
    return f"""CASE
        WHEN regexp_matches(coalesce("ProviderName", ''), '(?i){AMAZON}') AND NOT {own} THEN 'marketplace'
        WHEN regexp_matches({METER}, '(?i)data ?transfer|AWS-(In|Out)-Bytes') THEN 'transfer'
        ELSE '' END"""


def _instance_type() -> str:
    meter = METER
    found = rf"regexp_extract({meter}, '(?:Usage|Reservation|UnusedBox)[^:]*:([a-z0-9-]+\.[a-z0-9-]+)$', 1)"
    named = rf"regexp_extract({meter}, ' ([a-z0-9-]+\.(?:nano|micro|small|medium|[0-9]*x?large|metal[a-z0-9-]*)) ', 1)"
    return f"coalesce(json_extract_string(details, '$.InstanceType'), nullif({found}, ''), {named}, '')"
