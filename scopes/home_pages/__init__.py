"""The pages of `/chez-moi/` and of those who keep a residence."""
