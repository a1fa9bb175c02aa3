"""Measures the sweep of this project beside comparable tools, on the same machine in the same run."""
