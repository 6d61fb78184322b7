"""Changes of stack files by a command: of one value, tried on a copy of the folder before anything is written."""
