"""What the database itself holds to: the lifecycle, outcomes of the same customer, and the packed graph."""

from django.db import migrations

from selaras.kernel.lifecycle_guard import guard

# An outcome named by a use must be the same customer's: a wrong one would show one customer's goals to another.
OUTCOME_OF_USER = migrations.RunSQL(
    sql="""
    ALTER TABLE services_serviceuse ADD CONSTRAINT use_outcome_of_same_customer
        FOREIGN KEY (outcome_id, organisation_id) REFERENCES services_outcome (id, organisation_id)
        DEFERRABLE INITIALLY DEFERRED;
    """,
    reverse_sql="ALTER TABLE services_serviceuse DROP CONSTRAINT use_outcome_of_same_customer;",
)

# Packs the blocks with these numbers anew. The lock makes writers of the graph take turns until they commit: under
# READ COMMITTED the INSERT then sees what the one before committed, so that no edge is lost from a block. Under
# REPEATABLE READ the second writer fails with a serialization error, as it should.
PACK = """
CREATE FUNCTION services_graph_pack(touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('selaras.services.graph'));
    INSERT INTO services_graphblock (number, degrees, uppers)
    SELECT block.number, packed.degrees, packed.uppers
    FROM unnest(touched) AS block(number)
    CROSS JOIN LATERAL (
        SELECT string_agg(int4send(coalesce(edges.many, 0)), ''::bytea ORDER BY node) AS degrees,
               coalesce(string_agg(edges.uppers, ''::bytea ORDER BY node), ''::bytea) AS uppers
        FROM generate_series(block.number * 256, block.number * 256 + 255) AS node
        LEFT JOIN (
            SELECT lower, count(*)::int4 AS many, string_agg(int4send(upper::int4), ''::bytea ORDER BY upper) AS uppers
            FROM services_dependency
            WHERE lower >= block.number * 256 AND lower < block.number * 256 + 256
            GROUP BY lower
        ) AS edges ON edges.lower = node
    ) AS packed
    ON CONFLICT (number) DO UPDATE SET degrees = EXCLUDED.degrees, uppers = EXCLUDED.uppers;
END $$;
"""

# One call a statement, however many rows it wrote: bulk writers should write all their rows by one statement.
TRIGGERS = """
CREATE FUNCTION services_graph_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM services_graphblock;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT lower / 256) INTO touched FROM fresh;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT lower / 256) INTO touched FROM gone;
    ELSE
        SELECT array_agg(DISTINCT lower / 256) INTO touched
        FROM (SELECT lower FROM fresh UNION SELECT lower FROM gone) AS both_sides;
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM services_graph_pack(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER graph_inserted AFTER INSERT ON services_dependency REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION services_graph_changed();
CREATE TRIGGER graph_deleted AFTER DELETE ON services_dependency REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION services_graph_changed();
CREATE TRIGGER graph_updated AFTER UPDATE ON services_dependency REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION services_graph_changed();
CREATE TRIGGER graph_truncated AFTER TRUNCATE ON services_dependency
    FOR EACH STATEMENT EXECUTE FUNCTION services_graph_changed();
"""

# Stored plain and, up to a page, in the row itself: unpacking pglz or fetching TOAST chunks would slow every walk.
GRAPH = migrations.RunSQL(
    sql=f"""
    ALTER TABLE services_graphblock SET (toast_tuple_target = 8160);
    ALTER TABLE services_graphblock
        ALTER COLUMN degrees SET STORAGE EXTERNAL, ALTER COLUMN uppers SET STORAGE EXTERNAL;
    {PACK}
    {TRIGGERS}
    """,
    reverse_sql="""
    DROP TRIGGER graph_inserted ON services_dependency;
    DROP TRIGGER graph_deleted ON services_dependency;
    DROP TRIGGER graph_updated ON services_dependency;
    DROP TRIGGER graph_truncated ON services_dependency;
    DROP FUNCTION services_graph_changed();
    DROP FUNCTION services_graph_pack(bigint[]);
    """,
)


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]

    operations = [
        guard(
            table="services_service",
            name="service",
            states=("pipeline", "chartered", "catalogue", "retiring", "retired"),
            pairs=(
                ("catalogue", "retiring"),
                ("chartered", "catalogue"),
                ("chartered", "retired"),
                ("pipeline", "chartered"),
                ("pipeline", "retired"),
                ("retiring", "catalogue"),
                ("retiring", "retired"),
            ),
        ),
        OUTCOME_OF_USER,
        GRAPH,
    ]
