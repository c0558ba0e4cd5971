"""What is accepted and still worth a look: rules, baseline, reports."""
