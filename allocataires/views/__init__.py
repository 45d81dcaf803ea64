"""The debtor's pages: plain HTML that works without JavaScript."""
