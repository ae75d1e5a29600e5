"""One verb a function: check right and state, change, write audit and outbox. Nothing here commits."""
