"""Report files ("journaux"): one file per shop, kind and UTC day of the sandbox's clock."""
