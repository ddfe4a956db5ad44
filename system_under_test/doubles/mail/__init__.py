"""A mail server that keeps what it is given and shows it over HTTP; it delivers nothing."""
