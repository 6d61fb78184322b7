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
)
"""The columns that are read, but for costs and tags."""


def text(column: str, types: Mapping[str, str]) -> str:
    """A column as text, whatever a CSV or Parquet file holds it as; NULL for one that is not there."""
    if column not in types:
        return "NULL::VARCHAR"
    if types[column].upper().startswith(("MAP", "STRUCT")):
        return f'to_json("{column}")::VARCHAR'
    return f'CAST("{column}" AS VARCHAR)'


def tag(key: str) -> str:
    """The value of a tag, under the first spelling of its key that has one."""
    # The first that has a value: an export may hold a key in two spellings, one of them empty.
    paths = ", ".join(f"""'$."{spelling.format(key=key)}"'""" for spelling in SPELLINGS)
    found = f"json_extract_string(labels, [{paths}])"
    return f"coalesce(list_filter({found}, lambda x: trim(coalesce(x, '')) <> '')[1], '')"


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
        {tag(COST_TAG)} AS team, {tag(SERVICE_TAG)} AS stack, coalesce("SubAccountId", '') AS account,
        "ServiceName" AS service, coalesce("ServiceCategory", '') AS service_category,
        "ChargeCategory" AS category, {_kind()} AS kind, {_instance_type()} AS instance_type,
        coalesce("CommitmentDiscountId", '') AS commitment, coalesce("CommitmentDiscountType", '') AS commitment_type,
        coalesce("CommitmentDiscountStatus", '') AS status, coalesce("PricingCategory", '') = 'Dynamic' AS is_spot,
        "BillingCurrency" AS currency, coalesce("BillingAccountId", '') AS payer,
        date_trunc('month', bill_day)::DATE IN ({kept}) AS wanted, sum(rows)::BIGINT AS rows, {empty}, {costs}
      FROM ({_judged(alike, as_of)}) GROUP BY ALL ORDER BY ALL"""


def _numbers(source: str, types: Mapping[str, str]) -> str:
    words = ", ".join(f'{text(column, types)} AS "{column}"' for column in (*TEXT_COLUMNS, *COSTS.values()))
    numbers = ", ".join(f"{_number(column)} AS {cost}" for cost, column in COSTS.items())
    bad = ", ".join(f"({_bad(cost)})::INT AS bad_{cost}" for cost in COSTS)
    empty = ", ".join(f'("{COSTS[cost]}" IS NULL)::INT AS empty_{cost}' for cost in MAY_LACK)
    return f"""
      SELECT *, 1 AS rows, {bad}, {empty} FROM (
        SELECT *, {numbers} FROM (
          SELECT {words}, coalesce(nullif(trim({text("Tags", types)}), ''), '{{}}') AS "Tags" FROM {source}))"""


def _bad(cost: str) -> str:
    return f'{cost} IS NULL AND "{COSTS[cost]}" IS NOT NULL' if cost in MAY_LACK else f"{cost} IS NULL"


def _judged(relation: str, as_of: date) -> str:
    return f"""
      SELECT *, {_flaw(as_of)} AS flaw FROM (
        SELECT *,
          {_day("BillingPeriodStart")} AS bill_day, {_day("ChargePeriodStart")} AS day,
          {_day("ChargePeriodEnd")} AS end_day,
          CASE WHEN json_valid("Tags") THEN "Tags" ELSE 'null' END AS labels,
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


def _instance_type() -> str:
    meter = """coalesce("SkuMeter", "x_UsageType", '')"""
    found = rf"regexp_extract({meter}, '(?:Usage|Reservation|UnusedBox)[^:]*:([a-z0-9-]+\.[a-z0-9-]+)$', 1)"
    return f"coalesce(json_extract_string(details, '$.InstanceType'), {found}, '')"
