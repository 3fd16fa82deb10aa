"""The stand-in model and the demo: what shows the loop on a bare machine; not part of the distribution."""
