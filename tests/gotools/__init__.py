"""Programs in Go that tests run, built from pinned modules into a cache."""
