"""The rules: what a configuration that is well written may still do wrong.

A check is a function that yields problems; it never raises and never stops at the first. Checks of one environment
take a `Project`, checks of the fleet take all of them.
"""
