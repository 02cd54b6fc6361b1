"""What a bill of materials says of a document, before it is put into the words of CycloneDX or of SPDX."""
