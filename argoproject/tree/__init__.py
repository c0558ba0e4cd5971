"""The folders and stacks as read: the one owner of the tree's shape."""
