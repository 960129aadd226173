/**
 * Every command and query has exactly one handler: Nest itself only warns of a second one, and fails at the first
 * request for a missing one.
 */
import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { Command, CommandHandler, Query } from '@nestjs/cqrs';
import { readdirSync } from 'node:fs';
import { AppModule } from '../../apps/api/src/app.module.js';

type Message = abstract new (...args: never[]) => unknown;

const api = new URL('../../apps/api/src/', import.meta.url);

/** Every class that is a command or a query, by looking at what the modules export. */
async function messages(): Promise<Message[]> {
  const files = readdirSync(api, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(command|queries)\.js$/.test(file),
  );
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, api).href) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((exports) =>
    Object.values(exports).filter(
      (value): value is Message =>
        typeof value === 'function' && (value.prototype instanceof Command || value.prototype instanceof Query),
    ),
  );
}

/** The application's modules, by what each imports. */
function modulesUnder(module: Type, found = new Set<Type>()): Set<Type> {
  if (found.has(module)) return found;
  found.add(module);
  const imports = (Reflect.getMetadata('imports', module) ?? []) as (Type | DynamicModule)[];
  for (const each of imports) modulesUnder('module' in each ? each.module : each, found);
  return found;
}

const handledBy = (handler: object): unknown =>
  Reflect.getMetadata('__commandHandler__', handler) ?? Reflect.getMetadata('__queryHandler__', handler);

const HANDLERS = [...modulesUnder(AppModule)]
  .flatMap((module) => (Reflect.getMetadata('providers', module) ?? []) as object[])
  .filter((provider) => typeof provider === 'function' && handledBy(provider) !== undefined);

/** What does not have exactly one handler. */
const mishandled = (handlers: readonly object[], all: readonly Message[]): string[] =>
  all
    .filter((message) => handlers.filter((handler) => handledBy(handler) === message).length !== 1)
    .map(({ name }) => name);

describe('commands and queries', () => {
  it('have exactly one handler each', async () => {
    const all = await messages();
    expect(all.length).toBeGreaterThan(20);
    expect(mishandled(HANDLERS, all)).toEqual([]);
    expect(HANDLERS).toHaveLength(all.length);
  });

  it('would be found with a handler twice, or none', async () => {
    const all = await messages();
    const { RecordDecision } = await import('../../apps/api/src/decisions/record-decision.command.js');
    @CommandHandler(RecordDecision)
    class Second {}
    expect(mishandled([...HANDLERS, Second], all)).toEqual(['RecordDecision']);
    const others = HANDLERS.filter((handler) => handledBy(handler) !== RecordDecision);
    expect(mishandled(others, all)).toEqual(['RecordDecision']);
  });
});
