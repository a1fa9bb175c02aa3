"""The worker of Steering Window: loads a model, fits vectors, generates and measures under edits."""
