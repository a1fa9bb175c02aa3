"""One file a tool: how it is driven through the sweep."""
