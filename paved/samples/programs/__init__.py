"""What the sample jobs run: each file stands alone in a job's ConfigMap, and imports nothing of Paved."""
