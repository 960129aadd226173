/** docs/operations.md against the files and the settings that it names. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER, read, variablesOf } from './files.js';
import { unknownTo } from './settings.js';

const guide = readFileSync('docs/operations.md', 'utf8');
const namesIn = (pattern: RegExp): string[] => [...guide.matchAll(pattern)].map(([name]) => name);

describe('the operations guide', () => {
  it('names files that there are', () => {
    const named = namesIn(/\b(?:docker|docs|apps|libs|tests|scripts|dist)\/[\w./-]*\w/g);
    expect(named.length).toBeGreaterThan(3);
    const made = ['docker/.env', 'docker/recorder-token'];
    expect(named.filter((path) => !existsSync(path) && !made.includes(path))).toEqual([]);
    for (const [, link] of guide.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(existsSync(join('docs', link!))).toBe(true);
  });

  it('names variables that somebody reads', () => {
    const ledger = namesIn(/\bLEDGER_[A-Z_]+\b/g).filter((name) => !variablesOf(CLUSTER).includes(name));
    expect(unknownTo('ledger', ledger)).toEqual([]);
    expect(unknownTo('eventstoredb', namesIn(/\bEVENTSTORE_[A-Z_]+\b/g))).toEqual([]);
  });

  it('names the image of this version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(new Set(namesIn(/\bmandate-ledger:[\w.]+/g))).toEqual(new Set([`mandate-ledger:${version}`]));
  });

  it('names services that there are', () => {
    const services = Object.keys(read(CLUSTER).services);
    for (const [, rest] of guide.matchAll(/docker compose -f docker\/compose\.cluster\.yaml (.*)$/gm)) {
      const words = rest!.split(/[^\w-]+/);
      const named = words.filter((word) => /^(node|api)\d$|^(account|proxy|certificates)$/.test(word));
      for (const name of named) expect(services).toContain(name);
    }
  });
});
