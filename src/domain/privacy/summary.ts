import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { byCategory } from './data-map';
import { holdingsTable } from './holdings.table';

export interface Summary {
  categories: readonly { category: string; count: number }[];
  records: number;
  firstSeen: Date;
}

/** What is held about a person, by the categories of the data map. @param lanes their lookup tokens. @throws PERSON_ERASED */
export async function summaryOf(tx: TenantTx, contact: string, lanes: readonly Buffer[]): Promise<Summary> {
  const categories = byCategory(await holdingsTable.count(tx, contact, lanes));
  const firstSeen = await holdingsTable.firstSeen(tx, contact);
  if (!firstSeen) throw new AppError('PERSON_ERASED');
  return { categories, records: categories.reduce((sum, one) => sum + one.count, 0), firstSeen };
}
