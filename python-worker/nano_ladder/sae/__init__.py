"""One small JumpReLU sparse autoencoder a rung, in Gemma Scope 2's file layout."""
