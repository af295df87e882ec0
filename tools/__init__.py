"""What the workshop needs beside the program: guards, engines for tests, vendored files."""
