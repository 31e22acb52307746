-- Where a person may complain, by the law of each place: theirs and the company's. The clock follows one of them; the right to complain follows all.
ALTER TABLE privacy_case ADD COLUMN authorities text[];
UPDATE privacy_case SET authorities = ARRAY[regime];
ALTER TABLE privacy_case ALTER COLUMN authorities SET NOT NULL;
