"""A stamp that says which graph it is: who keeps the packed graph in memory sees at once that it has changed."""

from django.db import migrations

# A uuid, not a counter: one that was rolled back, or is of another database, is never met again.
STAMP = """
CREATE TABLE services_graphstamp (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    stamp uuid NOT NULL
);
INSERT INTO services_graphstamp (stamp) VALUES (gen_random_uuid());
CREATE FUNCTION services_graph_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE services_graphstamp SET stamp = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER graph_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON services_graphblock
    FOR EACH STATEMENT EXECUTE FUNCTION services_graph_stamp();
"""
BACK = """
DROP TRIGGER graph_stamped ON services_graphblock;
DROP FUNCTION services_graph_stamp();
DROP TABLE services_graphstamp;
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0003_changes")]

    operations = [migrations.RunSQL(STAMP, BACK)]
