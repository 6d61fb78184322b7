"""Rules that no stack may break, over plain resource data: run by `pulumi preview` and by `paved plan` alike."""
