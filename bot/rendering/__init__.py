"""From a reply to what a channel shows: one neutral card, one renderer a channel."""
