"""Documents in, one index generation out. Importing this package does nothing."""
