"""How results are shown: text, Markdown, SARIF, the page, the graph."""
