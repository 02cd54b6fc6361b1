"""Many images: a work list, one process for each image, and a store for the documents."""
