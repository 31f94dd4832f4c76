-- CreateTable
CREATE TABLE "agent" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "components" JSONB NOT NULL,
    "secret" TEXT NOT NULL,
    "previous_secret" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "agent_name_key" ON "agent"("name");

-- CreateTable: unique by agent and id for as long as it is kept, so it is not partitioned but swept.
CREATE TABLE "webhook_delivery" (
    "agent" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("agent", "webhook_id")
);
CREATE INDEX "webhook_delivery_at_brin" ON "webhook_delivery" USING brin ("at");

-- CreateTable
CREATE TABLE "kpi_sample" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "component_key" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "data_center" TEXT NOT NULL,
    "window_ms" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,
    "counts" INTEGER[],
    "sum_ms" DOUBLE PRECISION NOT NULL,
    "cpu_millicores" DOUBLE PRECISION,
    "memory_mib" DOUBLE PRECISION,
    CONSTRAINT "kpi_sample_pkey" PRIMARY KEY ("component_key", "at", "instance")
) PARTITION BY RANGE ("at");
CREATE TABLE "kpi_sample_default" PARTITION OF "kpi_sample" DEFAULT;

-- CreateTable
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
    "counts" INTEGER[],
    "sum_ms" DOUBLE PRECISION NOT NULL,
    "id" BIGSERIAL NOT NULL,
    CONSTRAINT "traffic_sample_pkey" PRIMARY KEY ("at", "id")
) PARTITION BY RANGE ("at");
CREATE TABLE "traffic_sample_default" PARTITION OF "traffic_sample" DEFAULT;
CREATE INDEX "traffic_sample_component_key_at_idx" ON "traffic_sample"("component_key", "at");

-- Adds arrays of counts element by element: merging histograms is adding them.
CREATE FUNCTION geostitch_add_counts(a INTEGER[], b INTEGER[]) RETURNS INTEGER[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY i) FROM unnest(a, b) WITH ORDINALITY AS t(x, y, i)
$$;
CREATE AGGREGATE geostitch_sum_counts(INTEGER[]) (SFUNC = geostitch_add_counts, STYPE = INTEGER[], INITCOND = '{}', PARALLEL = SAFE, COMBINEFUNC = geostitch_add_counts);
