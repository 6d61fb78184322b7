"""The collector of an inference log: it pairs requests with answers, redacts them, and writes them to S3."""
