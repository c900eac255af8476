"""What a run gave, on disk: fingerprint, state, manifest, artefacts."""
