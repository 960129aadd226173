import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { v4, v5 } from 'uuid';
import type { JsonObject, RecordedEvent } from '#event-log';
import { EventIdInUse, Turns, WrongExpectedRevision } from '#event-log';
import { REGISTRATIONS, registrationStream, SCHEMA_VERSION } from '#mandate';
import { canonicalText, sameBody } from '../canonical.js';
import { Clock } from '../clock/clock.js';
import { EventLog } from '../event-log/event-log.provider.js';
import { Problem } from '../http/problem.js';
import type { Registered } from './register.command.js';
import { Register } from './register.command.js';

const REGISTRATION_NAMESPACE = '0f0c1f0e-6f0e-5d8b-8a39-5d3c5b7b9a42';
const ATTEMPTS = 10;

@CommandHandler(Register)
export class RegisterHandler implements ICommandHandler<Register> {
  private readonly turns = new Turns();

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute(command: Register): Promise<Registered> {
    const stream = registrationStream(command.registration, command.id);
    let draw = '';
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.turns.inTurn(stream, () => this.register(command, draw));
      } catch (error) {
        if (!(error instanceof EventIdInUse || error instanceof WrongExpectedRevision) || attempt === ATTEMPTS)
          throw error;
        // Another process is at the same body: with another id for the event, the revision decides which of the two
        // stores it.
        if (error instanceof EventIdInUse) draw = `/${v4()}`;
      }
    }
  }

  private async register({ registration, id, body, options }: Register, draw: string): Promise<Registered> {
    const { idField, registered, amended } = REGISTRATIONS[registration];
    const stream = registrationStream(registration, id);
    const last = await this.lastEvent(stream);
    const data = { [idField]: id, ...body } as JsonObject;
    const earlier = await this.earlier(stream, data, options.repeatedSince ?? last?.revision);
    if (earlier !== undefined) {
      const { metadata, revision, position } = earlier;
      return {
        kind: 'unchanged',
        answer: answerOf(data, metadata['recordedAt'] as string, revision),
        revision,
        position,
      };
    }
    refuseStale(options.ifMatch, last?.revision ?? null);
    const recordedAt = this.clock.now().toISOString();
    const revision = (last?.revision ?? -1) + 1;
    const event = {
      // The body is part of the id: two different amendments that race for one revision are two events.
      id: v5(`${stream}/${revision}/${canonicalText(data)}${draw}`, REGISTRATION_NAMESPACE),
      type: last === undefined ? registered : amended,
      data,
      metadata: {
        recordedAt,
        recordedBy: options.recordedBy,
        correlationId: options.correlationId,
        causationId: options.correlationId,
        schemaVersion: SCHEMA_VERSION,
      },
    };
    const appended = await this.log.append(stream, [event], last === undefined ? 'none' : last.revision);
    return {
      kind: last === undefined ? 'created' : 'amended',
      answer: answerOf(data, recordedAt, appended.revision),
      ...appended,
    };
  }

  /** Where the same body was registered, at a revision or later. */
  private async earlier(
    stream: string,
    data: JsonObject,
    from: number | undefined,
  ): Promise<RecordedEvent | undefined> {
    if (from === undefined) return undefined;
    for await (const page of this.log.readStream(stream, { from }))
      for (const event of page) if (sameBody(event.data, data)) return event;
    return undefined;
  }

  private async lastEvent(stream: string): Promise<RecordedEvent | undefined> {
    for await (const page of this.log.readStream(stream, { direction: 'backwards', limit: 1 })) return page[0];
    return undefined;
  }
}

const answerOf = (data: JsonObject, recordedAt: string, revision: number): JsonObject => ({
  ...data,
  recordedAt,
  revision,
});

function refuseStale(ifMatch: number | null, revision: number | null): void {
  if (ifMatch === null || ifMatch === revision) return;
  throw new Problem(
    'stale-revision',
    revision === null
      ? `If-Match names revision ${ifMatch}, but nothing is registered under this id yet. Leave If-Match out to ` +
          'register it.'
      : `The registration has moved on to revision ${revision} since revision ${ifMatch} was read. Read it again ` +
          `and put with If-Match: "${revision}".`,
    {
      errors: [
        {
          field: 'If-Match',
          message: `is "${ifMatch}", the registration is at ${revision === null ? 'no revision' : `"${revision}"`}`,
        },
      ],
    },
  );
}
