"""A comparison as people and programs read it: text, Markdown, JSON. Decides nothing."""
