-- A move without state that first takes a part of its users: how it is tried out, and what became of it.
ALTER TABLE "migration" ADD COLUMN "canary" JSONB;

-- A place that is being emptied takes nothing new; one that is lost has nothing that can be reached. Null: neither.
ALTER TABLE "data_center" ADD COLUMN "drain" JSONB, ADD COLUMN "loss" JSONB;

-- What an instance kept stays on its host when it is stopped: it was given up, and somebody may want to look at it.
ALTER TABLE "instance" ADD COLUMN "salvage" BOOLEAN NOT NULL DEFAULT false;
