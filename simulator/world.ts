import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface WorldNumber {
  id: string;
  /** Digits only. */
  display: string;
  label: string;
  /** Messages a second that Meta takes. */
  throughput: number;
}

export interface WorldTemplate {
  name: string;
  language: string;
  category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
  status: string;
  body: string;
  buttons?: string[];
}

export interface Business {
  waba: string;
  company: string;
  numbers: WorldNumber[];
  templates: WorldTemplate[];
}

interface WorldPerson {
  phone?: string;
  bsuid?: string;
  name: string;
  language: string;
}

export interface Team {
  id: string;
  name: string;
  domain: string;
  token: string;
  bot: { id: string; botId: string; name: string };
  users: { id: string; name: string; title: string }[];
  channels: { id: string; name: string; members: string[]; bot: boolean }[];
}

export interface World {
  zone: string;
  start: string;
  businesses: Business[];
  people: WorldPerson[];
  crowd: { firstPhone: string; count: number; names: string[] }[];
  strangers: string[];
  specialName: string;
  /** What the numbers +56 9 0000 NNNN always do, by their last digits and language. */
  special: Record<string, Record<string, string>>;
  slack: { app: string; command: string; teams: Team[] };
}

export const readWorld = (): World => parse(readFileSync(join(__dirname, 'world.yaml'), 'utf8'));
