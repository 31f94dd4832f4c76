-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "audit_entry" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" JSONB NOT NULL,
    "action" TEXT NOT NULL,
    "object_kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "reason" TEXT,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT,
    "previous_hash" TEXT,
    "hash" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "data_center" (
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "generation" INTEGER NOT NULL,
    "spec" JSONB NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "data_center_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "component" (
    "key" TEXT NOT NULL,
    "application" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "generation" INTEGER NOT NULL,
    "spec" JSONB NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "component_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "instance" (
    "name" TEXT NOT NULL,
    "component_key" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "agent" TEXT,
    "pid" INTEGER,
    "host" TEXT NOT NULL,
    "port" INTEGER,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "desired" BOOLEAN NOT NULL DEFAULT true,
    "migration_id" TEXT,
    "last_exit" TEXT,
    "next_restart_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "link" (
    "from_data_center" TEXT NOT NULL,
    "to_data_center" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "spec" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "link_pkey" PRIMARY KEY ("from_data_center","to_data_center")
);

-- CreateTable
CREATE TABLE "policy" (
    "name" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "spec" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMP(3),
    "refresh_token_expires_at" TIMESTAMP(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "term" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "migration" (
    "id" TEXT NOT NULL,
    "component_key" TEXT NOT NULL,
    "from_data_center" TEXT NOT NULL,
    "to_data_center" TEXT NOT NULL,
    "plan_id" TEXT,
    "state" TEXT NOT NULL,
    "step" TEXT,
    "state_kind" TEXT NOT NULL,
    "epoch_from" INTEGER NOT NULL,
    "epoch_to" INTEGER NOT NULL,
    "point_of_no_return_at" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "requested_by" JSONB NOT NULL,
    "waiting_for" JSONB,
    "requested" JSONB,
    "context" JSONB NOT NULL,
    "held" JSONB NOT NULL,
    "pause_ms" DOUBLE PRECISION,
    "error" TEXT,
    "receipt" JSONB,
    "rollback_of" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "progress_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "migration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "migration_step" (
    "migration_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "bytes" DOUBLE PRECISION,
    "rounds" INTEGER,
    "round_bytes" JSONB,
    "result" JSONB,
    "error" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "migration_step_pkey" PRIMARY KEY ("migration_id","name")
);

-- CreateTable
CREATE TABLE "reservation" (
    "migration_id" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "cpu_millicores" INTEGER NOT NULL,
    "memory_mib" INTEGER NOT NULL,
    "storage_mib" INTEGER NOT NULL,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("migration_id")
);

-- CreateTable
CREATE TABLE "route_snapshot" (
    "version" INTEGER NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "snapshot" JSONB NOT NULL,

    CONSTRAINT "route_snapshot_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "event" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "component" TEXT,
    "data" JSONB NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("seq","at")
) PARTITION BY RANGE ("at");

-- A row of a day without a partition of its own still finds a home.
CREATE TABLE "event_default" PARTITION OF "event" DEFAULT;

-- CreateTable
CREATE TABLE "idempotency_record" (
    "key" TEXT NOT NULL,
    "principal" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("principal","key")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "audit_entry_object_kind_object_id_idx" ON "audit_entry"("object_kind", "object_id");

-- CreateIndex
CREATE UNIQUE INDEX "component_application_name_key" ON "component"("application", "name");

-- CreateIndex
CREATE INDEX "instance_component_key_idx" ON "instance"("component_key");

-- CreateIndex
CREATE INDEX "instance_data_center_idx" ON "instance"("data_center");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "migration_component_key_created_at_idx" ON "migration"("component_key", "created_at");

-- CreateIndex
CREATE INDEX "migration_state_idx" ON "migration"("state");

-- CreateIndex
CREATE INDEX "reservation_data_center_idx" ON "reservation"("data_center");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "migration_step" ADD CONSTRAINT "migration_step_migration_id_fkey" FOREIGN KEY ("migration_id") REFERENCES "migration"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- CreateIndex
CREATE INDEX "event_subject_seq_idx" ON "event"("subject", "seq");

-- At most one move of a component at a time; one that is being rolled back has handed over to its reverse migration.
CREATE UNIQUE INDEX "migration_one_open_per_component" ON "migration"("component_key")
  WHERE "state" IN ('pending', 'running', 'aborting');

-- Daily partitions, from yesterday to the given number of days ahead, for every table of this schema that is partitioned by
-- time. SECURITY DEFINER: the processes' own role changes no table, but may ask for tomorrow's partition.
CREATE FUNCTION geostitch_ensure_partitions(days_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE parent regclass; day date; child text; made integer := 0;
BEGIN
  FOR parent IN SELECT partrelid::regclass FROM pg_partitioned_table
                JOIN pg_class ON pg_class.oid = partrelid WHERE relnamespace = 'public'::regnamespace LOOP
    FOR day IN SELECT generate_series(current_date - 1, current_date + days_ahead, interval '1 day')::date LOOP
      child := parent::text || '_' || to_char(day, 'YYYYMMDD');
      IF to_regclass(quote_ident(trim(both '"' from child))) IS NULL THEN
        BEGIN
          EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', trim(both '"' from child), parent, day, day + 1);
          made := made + 1;
        -- The default partition already holds rows of that day: they stay there.
        EXCEPTION WHEN check_violation THEN NULL;
        END;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

-- Drops the daily partitions of one table that are older than the given number of days.
CREATE FUNCTION geostitch_drop_partitions(parent_name text, keep_days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE child regclass; dropped integer := 0;
BEGIN
  FOR child IN SELECT inhrelid::regclass FROM pg_inherits
               WHERE inhparent = to_regclass(quote_ident(parent_name)) AND inhrelid::regclass::text ~ '_[0-9]{8}"?$' LOOP
    IF to_date(substring(child::text from '([0-9]{8})"?$'), 'YYYYMMDD') < current_date - keep_days THEN
      EXECUTE format('DROP TABLE %s', child);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  RETURN dropped;
END $$;
