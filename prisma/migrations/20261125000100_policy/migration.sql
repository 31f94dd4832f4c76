-- Policies of before know nothing of these: they get the defaults.
UPDATE "policy" SET "spec" = '{"componentModes":{},"applications":[],"selfHealing":{"enabled":true,"afterMs":20000}}'::jsonb || "spec";
UPDATE "policy" SET "spec" = jsonb_set("spec", '{guardRails}',
  '{"stopAfterMissed":1,"maxPerDataCenter":10,"canaryPercent":20,"canaryMs":20000}'::jsonb || coalesce("spec"->'guardRails', '{}'));

-- Windows were kept in any form and read by nobody, and whoever wrote some had nothing run by itself. So it stays until they are written again.
UPDATE "policy" SET "spec" = jsonb_set("spec", '{guardRails,windows}',
  '[{"kind":"deny","days":["mon","tue","wed","thu","fri","sat","sun"],"from":"00:00","to":"24:00","reason":"the windows of before could not be read: write them again"}]')
WHERE jsonb_array_length("spec"->'guardRails'->'windows') > 0;
