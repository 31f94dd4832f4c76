-- Whether a policy's plans may run by themselves: a stop stays until a person resumes it.
CREATE TABLE "auto_run" (
    "policy" TEXT NOT NULL,
    "stopped_at" TIMESTAMPTZ(3),
    "why" TEXT,
    "resumed_at" TIMESTAMPTZ(3),
    "resumed_by" JSONB,
    "resume_reason" TEXT,
    CONSTRAINT "auto_run_pkey" PRIMARY KEY ("policy")
);

-- A proposal that nobody decided is forgotten after a day, with all its reasons; its figures are kept for a month.
CREATE TABLE "forgotten_plan" (
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    CONSTRAINT "forgotten_plan_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "forgotten_plan_created_at_idx" ON "forgotten_plan"("created_at");
CREATE INDEX "plan_created_at_idx" ON "plan"("created_at");

-- What guard rails are judged by, and no reason for anything.
CREATE FUNCTION geostitch_plan_digest(content jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'policy', content->'policy',
    'summary', content->'summary',
    'totals', content->'totals',
    'guardRails', content->'guardRails',
    'railFacts', content->'railFacts',
    'moves', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'component', move->'component', 'from', move->'from', 'to', move->'to', 'predictedPauseMs', move->'predictedPauseMs')
        ORDER BY place), '[]'::jsonb)
      FROM jsonb_array_elements(content->'moves') WITH ORDINALITY AS entry(move, place)))
$$;
