"""PDF documents: the frame that they share, and what makes them."""
