"""Pages of the documentation that are written from the code: the commands, the keys of stack files, the index."""
