/** Configuration is environment variables, each checked at start and refused by name (docs/configuration.md). */
import { join, resolve } from 'node:path';
import { isKeyName } from '#transparency';
import type { Store } from './store.js';

export interface Config {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly dataDir: string;
  /** One file in the data folder, or an EventStoreDB. */
  readonly store: Store;
  /** What an empty ledger records at its first start; an EventStoreDB none unless asked. */
  readonly datasets: readonly string[];
  readonly readModel: string;
  /** File of the key that signs the log. */
  readonly logKey: string;
  /** What the log is called; null leaves it to the key. */
  readonly origin: string | null;
  /** How many events a second are read again and compared with the tree, in the background; 0 for none. */
  readonly watchRate: number;
  /** A connection on which nothing moves for so long is cut; a live stream says something four times in it. */
  readonly idleMs: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** The environment variables that the ledger reads; docs/configuration.md explains them. */
export const SETTINGS = [
  'HOST',
  'PORT',
  'LEDGER_DATA_DIR',
  'LEDGER_STORE',
  'LEDGER_DATASETS',
  'LEDGER_READ_MODEL',
  'LEDGER_LOG_KEY',
  'LEDGER_ORIGIN',
  'LEDGER_WATCH_RATE',
  'LEDGER_IDLE_SECONDS',
  'LEDGER_LOG_LEVEL',
] as const;
type Setting = (typeof SETTINGS)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Each under 3% of a core: an event that comes from an EventStoreDB costs three times as much. */
const WATCH_RATES = { sqlite: '500', eventstoredb: '150' };

/** A setting that cannot be used; the message names it and says what would be right. */
export class WrongSetting extends Error {}

/** @throws {WrongSetting} */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = (name: Setting): string | undefined => env[name];
  const dataDir = resolve(set('LEDGER_DATA_DIR') || 'data');
  const store = readStore(set('LEDGER_STORE') || 'sqlite', dataDir);
  return {
    host: set('HOST') || '127.0.0.1',
    port: readPort(set('PORT') || '3000'),
    dataDir,
    store,
    datasets: readDatasets(set('LEDGER_DATASETS') || (store.kind === 'sqlite' ? 'kst-29521-446' : 'none')),
    idleMs: readIdle(set('LEDGER_IDLE_SECONDS') || '60') * 1000,
    logKey: resolve(set('LEDGER_LOG_KEY') || join(dataDir, 'log-key')),
    origin: readOrigin(set('LEDGER_ORIGIN')),
    watchRate: readWatchRate(set('LEDGER_WATCH_RATE') || WATCH_RATES[store.kind]),
    readModel: resolve(set('LEDGER_READ_MODEL') || join(dataDir, 'views.db')),
    logLevel: readLogLevel(set('LEDGER_LOG_LEVEL') || 'warn'),
  };
}

function readOrigin(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (isKeyName(text) && text.length <= 200) return text;
  throw new WrongSetting(
    `LEDGER_ORIGIN is "${text}"; it must be a name without blanks and plus signs, best one that begins with a ` +
      'domain of yours: ledger.example.org/mandates.',
  );
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new WrongSetting(`PORT is "${text}"; it must be a number from 0 to 65535.`);
}

function readIdle(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 3600) return Number(text);
  throw new WrongSetting(`LEDGER_IDLE_SECONDS is "${text}"; it must be a number from 1 to 3600.`);
}

function readWatchRate(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new WrongSetting(
    `LEDGER_WATCH_RATE is "${text}"; it must be a number of events a second from 0 to 99999. 0 switches the watch ` +
      'off.',
  );
}

function readStore(text: string, dataDir: string): Store {
  if (text === 'sqlite') return { kind: 'sqlite', path: join(dataDir, 'events.db') };
  if (/^esdb(\+discover)?:\/\/[^\s]+$/.test(text)) return { kind: 'eventstoredb', connectionString: text };
  throw new WrongSetting(
    `LEDGER_STORE is "${withoutPassword(text)}"; it must be sqlite, or the connection string of an EventStoreDB: ` +
      'esdb://host:2113?tls=true, or esdb+discover://host:2113.',
  );
}

/** For messages and logs. */
export const withoutPassword = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@');

function readDatasets(text: string): readonly string[] {
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))) return names;
  throw new WrongSetting(
    `LEDGER_DATASETS is "${text}"; it must be names of folders under datasets/, separated by commas, or none.`,
  );
}

function readLogLevel(text: string): Config['logLevel'] {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw new WrongSetting(`LEDGER_LOG_LEVEL is "${text}"; it must be one of ${LOG_LEVELS.join(', ')}.`);
}
