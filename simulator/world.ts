import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export interface WorldNumber {
  id: string;
  /** Digits only. */
  display: string;
  label: string;
  /** Messages a second that Meta takes. */
  throughput: number;
  /** As Meta keeps it; CONNECTED and VERIFIED where nothing is said. */
  status?: string;
  code?: string;
  /** Of two-step verification, where it has one. */
  pin?: string;
}

/** Made by a company for an application of ours. */
export interface WorldToken {
  token: string;
  scopes?: string[];
  type?: string;
  /** The application that it was made for, where it is not ours. */
  app?: string;
  /** Seconds since 1970; 0: never. */
  expires?: number;
}

export interface WorldTemplate {
  name: string;
  language: string;
  category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
  status: string;
  body: string;
  buttons?: string[];
}

/** A number for SMS as digits, or an address for mail. */
export interface WorldLine {
  id: string;
  label: string;
  company: string;
}

export interface Business {
  waba: string;
  company: string;
  numbers: WorldNumber[];
  sms: Omit<WorldLine, 'company'>[];
  email: Omit<WorldLine, 'company'>[];
  templates: WorldTemplate[];
  /** A company that is not with us yet has those that it would give us. */
  tokens?: WorldToken[];
}

interface WorldPerson {
  phone?: string;
  bsuid?: string;
  email?: string;
  name: string;
  language: string;
}

export interface Team {
  id: string;
  name: string;
  domain: string;
  /** Names of theirs that the page puts into what it suggests to say. */
  says?: { template: string; segment: string };
  /** Absent: this workspace has not let the app in yet. */
  token?: string;
  bot: { id: string; botId: string; name: string };
  users: {
    id: string;
    name: string;
    title: string;
    standing?: 'member' | 'guest' | 'stranger' | 'deleted';
    locale?: string;
  }[];
  channels: { id: string; name: string; members: string[]; bot: boolean }[];
}

/** An entry of Slack's menus: of every message, or always there. */
export interface Shortcut {
  type: 'message' | 'global';
  callbackId: string;
  name: string;
}

export interface World {
  zone: string;
  start: string;
  businesses: Business[];
  /** Of nobody who sends: they only take. */
  mailboxes: WorldLine[];
  people: WorldPerson[];
  crowd: { firstPhone: string; count: number; names: string[] }[];
  strangers: string[];
  specialName: string;
  /** What the numbers +56 9 0000 NNNN always do, by their last digits and language. */
  special: Record<string, Record<string, string>>;
  slack: { app: string; command: string; shortcuts: Shortcut[]; teams: Team[] };
}

export const readWorld = (): World => load(readFileSync(join(__dirname, 'world.yaml'), 'utf8')) as World;

/** A kind of line of all companies, each with the name of its own. */
export const linesOf = (world: World, kind: 'sms' | 'email'): WorldLine[] => [
  ...world.businesses.flatMap(({ company, [kind]: lines }) => lines.map((line) => ({ ...line, company }))),
  ...(kind === 'email' ? world.mailboxes : []),
];
