"""Other tools' results as values: promptfoo's JSON, Inspect's logs, JUnit XML. Bytes in, what they claim out."""
