"""Refuses what weakens a namespace's guards, and quota and limits that contradict each other."""
