"""The search of rides by other services: *Standard covoiturage* (https://github.com/fabmob/standard-covoiturage)."""
