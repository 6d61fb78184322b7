"""What is never allowed: rules over plain resource data, run by `pulumi preview` and by `paved plan` alike."""
