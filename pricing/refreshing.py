"""What to do about a price that is missing or too old."""

REFRESH = "`paved prices refresh --out prices/` reads prices from AWS, `--prices prices/` plans with them"
