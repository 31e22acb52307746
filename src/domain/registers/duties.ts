import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

interface Duties {
  assessed_above: number;
  incident: {
    controller_hours: number;
    agency_hours: Readonly<Record<string, number>> & { default: number };
    remind_hours: number;
    told_to_people: readonly string[];
  };
  authority_approvers: readonly string[];
}
export const duties = load(readFileSync(join(__dirname, 'duties.yaml'), 'utf8')) as Duties;
