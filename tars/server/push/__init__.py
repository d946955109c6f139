"""The server speaks first: announcements and questions that wait for their device in the store, and the commands that give them."""
