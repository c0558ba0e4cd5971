"""The fleet as a picture. `graph_of` decides what is drawn; `as_mermaid` and `as_svg` draw it."""
