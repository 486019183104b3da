"""What looks or reads alike: hashes of pictures and n-grams of texts, and indexes over a million of either."""
