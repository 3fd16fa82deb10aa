"""The JSON Schemas of the file kinds, and the Python that is made from them."""
