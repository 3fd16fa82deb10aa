"""Made by placet.schemas.compiler: one module a kind, each with `conforms(value) -> bool`."""
