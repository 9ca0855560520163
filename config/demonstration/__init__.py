"""The demonstration towns: Nantes-centre and Monaco, from real open data that travel in Python packages."""
