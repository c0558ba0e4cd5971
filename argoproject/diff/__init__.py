"""What a change does to which environments, and how dangerous it is: a base and the working tree, compared."""
