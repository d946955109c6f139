"""Where a server keeps what must outlive it: SQLite in the state folder for one server, or a Redis that several servers share."""
