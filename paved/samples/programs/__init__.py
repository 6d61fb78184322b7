"""Programs of the sample jobs: each file stands alone in a job's ConfigMap, and imports nothing of Paved."""
