"""The job that judges whether a model still does what it was trained for, by its inference log."""
