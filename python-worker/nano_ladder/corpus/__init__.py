"""The corpus of the nano ladder: made up of birds, capitals, planets and small Python functions."""
