"""A new organisation: the files of its first foundation, its first platform and its first team."""
