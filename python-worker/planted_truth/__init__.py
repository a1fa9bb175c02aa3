"""A worker that holds no model: it answers every request of docs/protocol.md by curves that are known beforehand."""
