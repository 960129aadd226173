import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { parse, v4, v5 } from 'uuid';
import { checkAppend } from '#event-log/checked-append.js';
import type { JsonObject, NewEvent } from '#event-log/event-log.js';
import { EventIdInUse, OutcomeUnknown, WrongExpectedRevision } from '#event-log/event-log.js';
import type { Decision } from '#mandate/decision.js';
import { eventsOf, mandateStream } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { UnknownMandate, decide } from '#mandate/history.js';
import { Refusal } from '#mandate/refusal.js';
import { sameBody } from '../canonical.js';
import { Clock } from '../clock.js';
import { EventLog } from '../event-log.provider.js';
import { Problem } from '../http/problem.js';
import { todayIn } from '../http/today.js';
import { Turns } from '../turns.js';
import { KnownRegistrations } from '../registry/known-registrations.js';
import { Views } from '../views/views.js';
import type { Recording } from './held-mandates.js';
import { HeldMandates } from './held-mandates.js';
import type { CheckedDecision, RecordDecisionOutcome, RecordedDecision } from './record-decision.command.js';
import { RecordDecision } from './record-decision.command.js';

/** Event ids are derived from the decision's, so that a retry, here or on another replica, is known again by the store. */
const DECISION_NAMESPACE = parse('6d5b1a52-3c5e-5a39-9d0c-2f1c7a0f4b11');
const eventId = (decisionId: string, effectIndex: number): string => v5(`${decisionId}/${effectIndex}`, DECISION_NAMESPACE);

/** How often a lost race for the revision is run again before the clerk is asked to. */
const ATTEMPTS = 10;

@CommandHandler(RecordDecision)
export class RecordDecisionHandler implements ICommandHandler<RecordDecision> {
  private readonly turns = new Turns();

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    private readonly mandates: HeldMandates,
    private readonly registrations: KnownRegistrations,
    private readonly views: Views,
    private readonly clock: Clock,
  ) {}

  async execute(command: RecordDecision): Promise<RecordDecisionOutcome> {
    const { mandateId } = command.body;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.turns.inTurn(mandateId, () => this.record(command));
      } catch (error) {
        if (error instanceof WrongExpectedRevision || error instanceof OutcomeUnknown) this.mandates.forget(mandateId);
        if (error instanceof EventIdInUse) throw reused(command.body.decisionId, error.stream);
        if (!(error instanceof WrongExpectedRevision) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async record({ body, options }: RecordDecision): Promise<RecordDecisionOutcome> {
    const held = await this.mandates.get(body.mandateId);
    const decision: Decision = { ...body, decisionId: body.decisionId ?? v4() };
    const earlier = held.recordings.get(decision.decisionId);
    if (earlier !== undefined) {
      if (!sameBody(earlier.decision, decision)) throw reused(decision.decisionId, mandateStream(body.mandateId));
      return { kind: 'repeated', answer: answerOf(earlier, identified(earlier.decision)) };
    }
    refuseStale(options.ifMatch, held.revision);
    await this.registrations.refuseUnknown(decision);
    const history = accepted(decide(held.history, decision));
    const recordedAt = this.clock.now().toISOString();
    const { recordedBy, correlationId } = options;
    const events = identified(decision).map(({ metadata, ...event }) => ({
      ...event,
      metadata: { ...metadata, recordedAt, recordedBy, correlationId, causationId: correlationId },
    }));
    if (options.dryRun) {
      checkAppend(mandateStream(decision.mandateId), events, 'any'); // what the store would refuse is not promised
      const answer = this.checked(decision, events, history, held.revision, body.decisionId ?? null);
      return { kind: 'checked', answer, revision: answer.mandate.revision };
    }
    const expected = held.revision < 0 ? 'none' : held.revision;
    const appended = await this.log.append(mandateStream(decision.mandateId), events, expected);
    const recording: Recording = { decision, recordedAt, ...appended };
    held.recordings.set(decision.decisionId, recording);
    this.mandates.keep(decision.mandateId, { history, revision: recording.revision, recordings: held.recordings });
    return { kind: 'recorded', answer: answerOf(recording, events) };
  }

  private checked(
    decision: Decision,
    recorded: readonly NewEvent[],
    { mandate }: History,
    revision: number,
    decisionId: string | null,
  ): CheckedDecision {
    const asOf = decision.decidedOn ?? todayIn(this.clock.now());
    const events = recorded.map(({ type, data }, index) => ({ type, revision: revision + 1 + index, data }));
    const standing = this.views.mandates.standing(mandate, asOf);
    return {
      dryRun: true,
      decisionId,
      mandateId: decision.mandateId,
      events,
      mandate: { ...standing, revision: revision + events.length, asOf },
    };
  }
}

/** The events of a decision with their ids, but for what the recorder adds. */
const identified = (decision: Decision): NewEvent[] =>
  eventsOf(decision).map(({ type, data, metadata }, index) => ({
    id: eventId(decision.decisionId, index),
    type,
    data: data as JsonObject,
    metadata: metadata as JsonObject,
  }));

function answerOf({ decision, revision, position, recordedAt }: Recording, recorded: readonly NewEvent[]): RecordedDecision {
  const { decisionId, mandateId } = decision;
  const first = revision - recorded.length + 1;
  const events = recorded.map(({ id, type }, index) => ({ eventId: id, type, revision: first + index }));
  return { decisionId, mandateId, revision, position, recordedAt, events };
}

function accepted(outcome: History | Refusal | UnknownMandate): History {
  if (outcome instanceof UnknownMandate)
    throw new Problem('unknown-mandate', outcome.sentence, { status: 422, errors: [{ field: 'mandateId', message: outcome.sentence }] });
  if (!(outcome instanceof Refusal)) return outcome;
  const { rule, sentence, field, breaks } = outcome;
  throw new Problem('rule-broken', sentence, {
    rule,
    errors: [{ field: field ?? 'decidedOn', message: sentence }],
    ...(breaks === null ? {} : { breaks }),
  });
}

function refuseStale(ifMatch: number | null, revision: number): void {
  if (ifMatch === null || ifMatch === revision) return;
  throw new Problem(
    'stale-revision',
    revision < 0
      ? `If-Match names revision ${ifMatch}, but the ledger has no such mandate yet. Leave If-Match out to open it.`
      : `The mandate has moved on to revision ${revision} since revision ${ifMatch} was read. Read it again, see whether the decision still fits, and post with If-Match: "${revision}".`,
    { errors: [{ field: 'If-Match', message: `is "${ifMatch}", the mandate is at "${revision}"` }] },
  );
}

function reused(decisionId: string | undefined, stream: string): Problem {
  const detail = `The decisionId ${decisionId} is already used for another decision, in stream ${stream}. Choose another id for this one, or post exactly the same body to repeat it.`;
  return new Problem('decision-id-reused', detail, { errors: [{ field: 'decisionId', message: 'is already used with another body' }] });
}
