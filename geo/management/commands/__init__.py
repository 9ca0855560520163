"""Commands of `geo`: importing, releasing and opening towns."""
