"""Parts that speak: text to samples."""
