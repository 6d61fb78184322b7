"""Evidence of a deployment: a bundle of files that prove each other."""
