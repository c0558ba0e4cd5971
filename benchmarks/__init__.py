"""Speed, measured as ratios to a limit in one run. `make bench` prints them."""
