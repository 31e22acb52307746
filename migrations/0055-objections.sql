-- What an objection is to, by its own words: names of src/domain/privacy/objections.yaml. Null: none in particular.
ALTER TABLE privacy_case ADD COLUMN objected text[];
-- Uses besides promotions that somebody objected to: few, asked by what they are.
CREATE INDEX suppression_use ON suppression (tenant_id, purpose) WHERE purpose <> 'marketing';
