"""Running the Pulumi program in process, under the SDK's own test runtime."""
