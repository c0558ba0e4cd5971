"""The command line: options and calls. What is printed is made in `output/`."""
