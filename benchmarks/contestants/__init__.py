"""One file for each tool: how it is driven through the sweep."""
