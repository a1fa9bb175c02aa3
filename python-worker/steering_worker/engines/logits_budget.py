"""How many logits are held at a time, for any vocabulary."""

#: A vocabulary of 262,144 is read 64 positions at a time.
LOGITS = 1 << 24


def positions_at_a_time(vocab_size: int) -> int:
    """Positions whose logits are held together, one at least."""
    return max(1, LOGITS // vocab_size)
