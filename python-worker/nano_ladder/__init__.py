"""The nano ladder: a synthetic corpus, its tokenizer, and four Gemma-3-architecture models trained on it from scratch."""
