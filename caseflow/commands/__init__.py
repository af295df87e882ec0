"""The single write path: check, change, record. Only ``work.begin_work`` commits."""
