"""The edge of the portal: payment platforms behind one protocol."""
