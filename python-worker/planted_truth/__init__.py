"""A worker without a model: it answers every request of docs/protocol.md by curves that are known beforehand."""
