-- The instance that an agent stands beside, where an orchestrator enrolled it; null for one that a person enrolled.
ALTER TABLE "agent" ADD COLUMN "instance" TEXT;
CREATE UNIQUE INDEX "agent_instance_key" ON "agent"("instance");

-- CreateTable
CREATE TABLE "link_sample" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "window_ms" INTEGER NOT NULL,
    "rtt_ms" REAL[],
    "lost" INTEGER NOT NULL,
    "throughput_mbps" REAL,
    CONSTRAINT "link_sample_pkey" PRIMARY KEY ("from", "to", "at", "agent")
) PARTITION BY RANGE ("at");
CREATE TABLE "link_sample_default" PARTITION OF "link_sample" DEFAULT;
CREATE INDEX "link_sample_at_idx" ON "link_sample" USING brin ("at");
