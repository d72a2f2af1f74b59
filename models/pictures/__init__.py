"""Pictures apart from any network: colour spaces, old film, files, sizes, contact sheets."""
