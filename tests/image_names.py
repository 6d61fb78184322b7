"""Names of charts' images for tests: those they are published by, and those of the account's own registry."""

from components.images import ImageNames
from reference.registries import CACHED

HOST = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
PUBLISHED = ImageNames(registry=HOST, upstreams=(), region="us-east-1")
OWN = ImageNames(registry=HOST, upstreams=(*CACHED, "nvcr.io"), region="us-east-1")
