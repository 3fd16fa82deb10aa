"""What Placet talks about: frozen values for every word of the glossary, and nothing that acts."""
