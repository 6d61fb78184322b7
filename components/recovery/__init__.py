"""What is there when data is gone: backups and where they are kept."""
