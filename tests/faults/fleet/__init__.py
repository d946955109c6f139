"""The fault lab with several servers: they share a Redis, each on a host of its own, and any of them may be killed or cut off."""
