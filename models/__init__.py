"""The tables and everything that must be true, whoever asks."""
