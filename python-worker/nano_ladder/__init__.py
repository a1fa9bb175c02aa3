"""The nano ladder: a synthetic corpus, its tokenizer, and four Gemma-3 models trained on it from scratch."""
