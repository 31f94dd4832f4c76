-- CreateTable
CREATE TABLE "alert_silence" (
    "alert" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "silenced_by" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "alert_silence_pkey" PRIMARY KEY ("alert")
);

-- CreateTable
CREATE TABLE "alert_episode" (
    "alert" TEXT NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "object" JSONB NOT NULL,
    "message" TEXT NOT NULL,
    CONSTRAINT "alert_episode_pkey" PRIMARY KEY ("alert", "began_at")
);
CREATE INDEX "alert_episode_last_at_idx" ON "alert_episode"("last_at");
