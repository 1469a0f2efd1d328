-- 0014_materials.sql — what a citizen brings along for a matter.

ALTER TABLE matters ADD COLUMN materials TEXT NOT NULL DEFAULT ''; -- one a line, '' for none told
