"""The benchmark that the README quotes, and the data it is measured with."""
