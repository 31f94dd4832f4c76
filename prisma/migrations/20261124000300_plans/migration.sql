-- CreateTable
CREATE TABLE "plan" (
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "proposed_by" JSONB NOT NULL,
    "decision" JSONB,
    "note" TEXT,
    "superseded_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "plan_state_idx" ON "plan"("state");
CREATE INDEX "migration_plan_id_idx" ON "migration"("plan_id") WHERE "plan_id" IS NOT NULL;

-- What a plan proposes is what was approved: only what became of it may change.
CREATE FUNCTION geostitch_plan_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.content IS DISTINCT FROM OLD.content OR NEW.hash IS DISTINCT FROM OLD.hash OR NEW.expires_at IS DISTINCT FROM OLD.expires_at THEN
    RAISE EXCEPTION 'a plan''s content never changes';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_content_stays BEFORE UPDATE ON "plan" FOR EACH ROW EXECUTE FUNCTION geostitch_plan_content_stays();

-- Policies of before say nothing of a regression: they get the default.
UPDATE "policy" SET "spec" = jsonb_set("spec", '{guardRails,regressionPercent}', '20')
WHERE "spec" ? 'guardRails' AND NOT "spec"->'guardRails' ? 'regressionPercent';

-- How the present placement scores, as the leader last worked it out; null while nothing is known.
ALTER TABLE "component" ADD COLUMN "score" JSONB, ADD COLUMN "candidate" BOOLEAN;
