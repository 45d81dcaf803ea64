"""The proof of a day as people read it: one content, shown on a page and in a PDF."""
