import { words } from '../domain/audience/import/reject-words';
import type { Reason } from '../domain/audience/import/values';
import type { Outcome } from './desk';

/** What a list is, and what became or would become of it, for a terminal. */
export function report({ reading, counts, dryRun, attested }: Outcome, language: string): string {
  const said = words[language] ?? words.es;
  const lines = [
    `${reading.encoding}, cells parted by ${reading.separator === '\t' ? 'tabs' : reading.separator}`,
    ...reading.columns.map(({ title, becomes, key }) => {
      const kept = becomes === 'plain' || becomes === 'sealed' ? `${becomes} ${key}` : becomes;
      const not = ['age', 'birth', 'dropped'].includes(becomes) ? ' (not kept)' : '';
      return `  ${title || '(no title)'} → ${kept}${not}`;
    }),
    '',
    `${counts.rows} rows${dryRun ? ', nothing stored' : ''}`,
    `  ${counts.created} new`,
    `  ${counts.updated} known`,
    `  ${counts.suppressed} left before: not stored`,
    `  ${counts.duplicate} twice in the list`,
    `  ${counts.invalid} not taken`,
    ...Object.entries(counts.reasons).map(
      ([reason, { count, rows }]) =>
        `    ${count} × ${said?.reasons[reason as Reason] ?? reason} (${said?.row} ${rows.join(', ')}${count > rows.length ? ', …' : ''})`,
    ),
    `  ${counts.unproven} without proof of permission: ${dryRun ? 'unless you attest it, ' : ''}promotions do not go to them`,
  ];
  if (!dryRun && !attested)
    lines.push('', 'Nobody attested their permission. Bring the list again with --attest to do so.');
  return lines.join('\n');
}
