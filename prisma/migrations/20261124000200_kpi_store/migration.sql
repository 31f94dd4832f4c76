-- Samples begin anew: their histograms had thirty bounds, from which no finer ones can be made. Nothing else is touched.
DROP TABLE "kpi_sample", "traffic_sample";
DROP AGGREGATE geostitch_sum_counts(INTEGER[]);
DROP FUNCTION geostitch_add_counts(INTEGER[], INTEGER[]);

-- Histograms are bytes that are merged by standing one behind the other: string_agg(counts, '').
CREATE TABLE "kpi_sample" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "window_ms" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,
    "counts" BYTEA NOT NULL,
    "sum_ms" DOUBLE PRECISION NOT NULL,
    "cpu_millicores" DOUBLE PRECISION,
    "memory_mib" DOUBLE PRECISION,
    CONSTRAINT "kpi_sample_pkey" PRIMARY KEY ("component_key", "at", "instance")
) PARTITION BY RANGE ("at");

CREATE TABLE "traffic_sample" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "entry" TEXT NOT NULL,
    "data_center" TEXT,
    "is_user" BOOLEAN NOT NULL,
    "country" TEXT,
    "region" TEXT,
    "cell" TEXT,
    "requests" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,
    "counts" BYTEA NOT NULL,
    "sum_ms" DOUBLE PRECISION NOT NULL
) PARTITION BY RANGE ("at");
CREATE INDEX "traffic_sample_component_key_at_idx" ON "traffic_sample"("component_key", "at");

-- Roll-ups, one table a question and level. They are written whole, minute by minute, under one lock: no key has to be unique.
CREATE TABLE "service_minute" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "requests" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "counts" BYTEA NOT NULL,
    "sum_ms" DOUBLE PRECISION NOT NULL
) PARTITION BY RANGE ("at");
CREATE TABLE "service_hour" (LIKE "service_minute") PARTITION BY RANGE ("at");
CREATE TABLE "region_minute" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "requests" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "counts" BYTEA NOT NULL,
    "sum_ms" DOUBLE PRECISION NOT NULL
) PARTITION BY RANGE ("at");
CREATE TABLE "region_hour" (LIKE "region_minute") PARTITION BY RANGE ("at");
CREATE TABLE "density_minute" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "cell" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "requests" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "counts" BYTEA NOT NULL,
    "sum_ms" DOUBLE PRECISION NOT NULL
) PARTITION BY RANGE ("at");
CREATE TABLE "density_hour" (LIKE "density_minute") PARTITION BY RANGE ("at");
CREATE TABLE "instance_minute" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "requests" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "counts" BYTEA NOT NULL,
    "sum_ms" DOUBLE PRECISION NOT NULL,
    "cpu_sum" DOUBLE PRECISION,
    "cpu_samples" BIGINT NOT NULL,
    "memory_sum" DOUBLE PRECISION,
    "memory_samples" BIGINT NOT NULL
) PARTITION BY RANGE ("at");
CREATE TABLE "instance_hour" (LIKE "instance_minute") PARTITION BY RANGE ("at");

-- Rows of a time without a partition of its own still find a home. Rows come in the order of time: for a question about all
-- components a few bytes a block range are index enough.
DO $$
DECLARE parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['kpi_sample', 'traffic_sample', 'service_minute', 'service_hour', 'region_minute', 'region_hour',
                                'density_minute', 'density_hour', 'instance_minute', 'instance_hour'] LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_default', parent);
    EXECUTE format('CREATE INDEX %I ON %I USING brin ("at") WITH (pages_per_range = 16, autosummarize = on)', parent || '_at_brin', parent);
    IF parent LIKE '%\_minute' OR parent LIKE '%\_hour' THEN
      EXECUTE format('CREATE INDEX %I ON %I ("component_key", "at")', parent || '_component_key_at_idx', parent);
    END IF;
  END LOOP;
END $$;

-- How far each level is rolled up; the raw one holds the transaction up to which deliveries were looked at.
CREATE TABLE "roll_up_state" (
    "level" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "noticed" XID8,
    CONSTRAINT "roll_up_state_pkey" PRIMARY KEY ("level")
);
INSERT INTO "roll_up_state" VALUES ('raw', 'epoch', '0'), ('minute', 'epoch', NULL), ('hour', 'epoch', NULL);

-- Minutes and hours whose roll-up is to be made, or made again for rows that came late.
CREATE TABLE "roll_up_due" (
    "level" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "roll_up_due_pkey" PRIMARY KEY ("level", "at")
);

-- Since when rows of a table are still there.
CREATE TABLE "kept_since" (
    "table_name" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "kept_since_pkey" PRIMARY KEY ("table_name")
);

-- What a delivery brought, for the roll-up: its minutes since 1970, and the transaction that made it durable.
ALTER TABLE "webhook_delivery" ADD COLUMN "minutes" INTEGER[] NOT NULL DEFAULT '{}',
                               ADD COLUMN "xid" XID8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX "webhook_delivery_xid_idx" ON "webhook_delivery"("xid");

-- A rotated key is good for a while beside the one that follows it.
ALTER TABLE "agent" ADD COLUMN "previous_until" TIMESTAMPTZ(3), ADD COLUMN "rotated_at" TIMESTAMPTZ(3);

-- The end of the audit's chain after each change, apart from the table that could be cut.
CREATE TABLE "audit_head" (
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("seq")
);
INSERT INTO "audit_head" ("seq", "hash") SELECT "seq", "hash" FROM "audit_entry" WHERE "hash" IS NOT NULL ORDER BY "seq" DESC LIMIT 1;

-- How long a partition of a table is: what is kept for hours has hours, what is kept for years has months, the rest has days.
CREATE FUNCTION geostitch_partition_unit(parent_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN parent_name = 'traffic_sample' THEN 'hour' WHEN parent_name LIKE '%\_hour' THEN 'month' ELSE 'day' END
$$;

-- Partitions of every table that is partitioned by time, from yesterday to the given number of days ahead (hours: to one day
-- ahead). SECURITY DEFINER: the processes' own role changes no table, but may ask for tomorrow's partition.
CREATE OR REPLACE FUNCTION geostitch_ensure_partitions(days_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE parent text; unit text; step interval; start timestamptz; child text; made integer := 0;
BEGIN
  FOR parent IN SELECT relname FROM pg_partitioned_table
                JOIN pg_class ON pg_class.oid = partrelid WHERE relnamespace = 'public'::regnamespace LOOP
    unit := geostitch_partition_unit(parent);
    step := ('1 ' || unit)::interval;
    FOR start IN SELECT generate_series(date_trunc(unit, now() - CASE unit WHEN 'hour' THEN interval '7 hours' ELSE interval '1 day' END),
                                        now() + CASE unit WHEN 'hour' THEN interval '1 day' ELSE make_interval(days => days_ahead) END, step) LOOP
      child := parent || '_' || to_char(start, CASE unit WHEN 'hour' THEN 'YYYYMMDDHH24' WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END);
      IF to_regclass(quote_ident(child)) IS NULL THEN
        BEGIN
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, start, start + step);
          made := made + 1;
        -- The default partition already holds rows of that time, or an older partition does: they stay there.
        EXCEPTION WHEN check_violation OR invalid_object_definition THEN NULL;
        END;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

-- Drops the partitions of one table that end before the given time, and what of that time stands in the default partition.
-- A reader that takes long must not hold up everybody else behind this: it is given up after two seconds and tried again.
CREATE FUNCTION geostitch_drop_partitions_before(parent_name text, ended_before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE child text; digits text; begins timestamptz; unit text := geostitch_partition_unit(parent_name); dropped integer := 0;
BEGIN
  FOR child IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
               WHERE inhparent = to_regclass(quote_ident(parent_name)) AND relname ~ ('^' || parent_name || '_[0-9]{6,10}$') LOOP
    digits := substring(child from '[0-9]+$');
    begins := to_timestamp(rpad(digits, 10, CASE WHEN length(digits) = 6 THEN '0100' ELSE '00' END), 'YYYYMMDDHH24');
    IF begins + ('1 ' || unit)::interval <= ended_before THEN
      EXECUTE format('DROP TABLE %I', child);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  IF to_regclass(quote_ident(parent_name || '_default')) IS NOT NULL THEN
    EXECUTE format('DELETE FROM %I WHERE at < %L', parent_name || '_default', date_trunc(unit, ended_before));
  END IF;
  RETURN dropped;
END $$;
