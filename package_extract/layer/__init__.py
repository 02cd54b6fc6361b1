"""One layer: its bytes decompressed, its tar read as a stream of entries, its wanted files turned into facts."""
