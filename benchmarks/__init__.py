"""What we claim to be quick, measured: python -m benchmarks NAME."""
