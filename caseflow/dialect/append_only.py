"""Events are appended, never changed: what each database is told so that it refuses."""

from __future__ import annotations

#: The database itself refuses to change or delete an event (reliability.md, D4).
APPEND_ONLY_DDL = {
    "sqlite": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
        "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_append_only()",
    ),
}
APPEND_ONLY_UNDO = {
    "sqlite": ("DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"),
    "postgresql": (
        "DROP TRIGGER event_append_only ON event",
        "DROP FUNCTION event_append_only()",
    ),
}

#: The same for the history of the mediation files, which is apart (docs/adr/0015).
MEDIATION_APPEND_ONLY_DDL = {
    "sqlite": (
        "CREATE TRIGGER mediation_event_no_update BEFORE UPDATE ON mediation_event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "CREATE TRIGGER mediation_event_no_delete BEFORE DELETE ON mediation_event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER mediation_event_append_only BEFORE UPDATE OR DELETE ON mediation_event "
        "FOR EACH ROW EXECUTE FUNCTION event_append_only()",
    ),
}
