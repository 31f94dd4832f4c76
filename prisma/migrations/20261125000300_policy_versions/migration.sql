-- CreateTable
CREATE TABLE "policy_version" (
    "policy" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "spec" JSONB NOT NULL,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT,
    "revert_of" INTEGER,
    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("policy", "generation")
);

-- Who made the policies of before is in the audit alone: their present state is where their history begins.
INSERT INTO "policy_version" ("policy", "generation", "spec", "by", "at")
SELECT "name", "generation", "spec", '{"kind":"system","name":"before versions were kept"}', "changed_at" FROM "policy";
