/**
 * Every command and query has exactly one handler: Nest itself only warns of a second one, and fails at the first
 * request for a missing one.
 */
import 'reflect-metadata';
import { Command, CommandHandler, Query } from '@nestjs/cqrs';
import { readdirSync } from 'node:fs';
import { HANDLERS } from '../../apps/api/src/app.module.js';

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

const handledBy = (handler: object): unknown =>
  Reflect.getMetadata('__commandHandler__', handler) ?? Reflect.getMetadata('__queryHandler__', handler);

/** What does not have exactly one handler. */
const mishandled = (handlers: readonly object[], all: readonly Message[]): string[] =>
  all
    .filter((message) => handlers.filter((handler) => handledBy(handler) === message).length !== 1)
    .map(({ name }) => name);

describe('commands and queries', () => {
  it('have exactly one handler each', async () => {
    const all = await messages();
    expect(all.map(({ name }) => name).sort()).toEqual(
      [
        'GetAgenda',
        'GetAgendaStamp',
        'GetChanges',
        'FindDecisions',
        'FindMandates',
        'GetCurrentMandates',
        'GetDecision',
        'GetDecisions',
        'GetLearntChanges',
        'FollowEvents',
        'GetEvents',
        'GetMandate',
        'GetMandateHistory',
        'GetMandateProvenance',
        'GetRegistration',
        'GetRegistrations',
        'GetTotals',
        'GetCheckpoint',
        'GetConsistency',
        'GetInclusion',
        'GetLogKeys',
        'GetLogStatus',
        'ProveDecision',
        'RecordDecision',
        'Register',
        'RepairDecision',
      ].sort(),
    );
    expect(mishandled(HANDLERS, all)).toEqual([]);
    expect(HANDLERS).toHaveLength(all.length);
  });

  it('would be found with a handler twice, or none', async () => {
    const all = await messages();
    const { RecordDecision } = await import('../../apps/api/src/decisions/record-decision.command.js');
    @CommandHandler(RecordDecision)
    class Second {}
    expect(mishandled([...HANDLERS, Second], all)).toEqual(['RecordDecision']);
    expect(mishandled(HANDLERS.slice(1), all)).toEqual(['RecordDecision']);
  });
});
