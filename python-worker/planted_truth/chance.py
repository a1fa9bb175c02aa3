"""Randomness that depends on its key alone, so that a block repeats exactly in any worker."""

import hashlib


def uniform(seed: int, sample: str, what: str) -> float:
    """Uniform in (0, 1), from 53 bits of a hash of the key."""
    digest = hashlib.blake2b(f"{seed}\n{sample}\n{what}".encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "big") >> 11) + 0.5) / 2**53
