"""The folders and stacks as read, and which environments something is about."""
