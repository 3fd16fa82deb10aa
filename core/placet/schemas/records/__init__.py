"""The JSON Schemas of documents that Placet writes and reads, and that are no governed files."""
