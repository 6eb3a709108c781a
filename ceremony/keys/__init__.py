"""Keys as people hold them: the formats they come in, leave in, and their addresses."""
