"""What is refused: mistakes of a configuration whose files can be read.

A check yields problems; it never raises and does not stop at the first. `registry` lists them all.
"""
