import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { parse, v4, v5 } from 'uuid';
import { checkAppend } from '#event-log/checked-append.js';
import type { JsonObject, NewEvent } from '#event-log/event-log.js';
import { EventIdInUse, OutcomeUnknown, WrongExpectedRevision } from '#event-log/event-log.js';
import type { Decision } from '#mandate/decision.js';
import { effectOf } from '#mandate/effects/index.js';
import { eventsOf, mandateStream } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { UnknownMandate, decide } from '#mandate/history.js';
import { Refusal } from '#mandate/refusal.js';
import { sameBody } from '../canonical.js';
import { Clock } from '../clock.js';
import { EventLog } from '../event-log.provider.js';
import { Problem } from '../http/problem.js';
import { todayIn } from '../http/today.js';
import { Turns } from '#event-log/turns.js';
import { KnownRegistrations } from '../registry/known-registrations.js';
import { Views } from '../views/views.js';
import type { Recording } from './held-mandates.js';
import { HeldMandates } from './held-mandates.js';
import type { CheckedDecision, RecordDecisionOutcome, RecordedDecision } from './record-decision.command.js';
import { RecordDecision } from './record-decision.command.js';

/** Event ids are derived from the decision's, so that its second use, in another mandate or on another replica, is known by the store. */
const DECISION_NAMESPACE = parse('6d5b1a52-3c5e-5a39-9d0c-2f1c7a0f4b11');
const eventId = (name: string, effectIndex: number): string => v5(`${name}/${effectIndex}`, DECISION_NAMESPACE);

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
    const { mandateId, decisionId = v4() } = command.body;
    let idName = decisionId;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.turns.inTurn(mandateId, () => this.record(command, decisionId, idName));
      } catch (error) {
        const inUse = error instanceof EventIdInUse;
        if (inUse && error.stream !== mandateStream(mandateId)) throw reused(decisionId, error.stream);
        if (inUse || error instanceof WrongExpectedRevision || error instanceof OutcomeUnknown) this.mandates.forget(mandateId);
        if (!(inUse || error instanceof WrongExpectedRevision) || attempt === ATTEMPTS) throw error;
        // The decision is stored meanwhile, or another process is about to store it: with other ids for the events, the revision decides who does.
        if (inUse) idName = `${decisionId}/${v4()}`;
      }
    }
  }

  private async record({ body, options }: RecordDecision, decisionId: string, idName: string): Promise<RecordDecisionOutcome> {
    const held = await this.mandates.get(body.mandateId);
    const decision: Decision = { ...body, decisionId };
    const earlier = held.recordings.get(decision.decisionId);
    if (earlier !== undefined) {
      if (!sameBody(earlier.decision, decision)) throw reused(decision.decisionId, mandateStream(body.mandateId));
      return { kind: 'repeated', answer: answerOf(earlier) };
    }
    refuseStale(options.ifMatch, held.revision);
    await this.registrations.refuseUnknown(decision);
    const history = accepted(decide(held.history, decision));
    const recordedAt = this.clock.now().toISOString();
    const { recordedBy, correlationId } = options;
    const events = identified(decision, idName).map(({ metadata, ...event }) => ({
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
    const recording: Recording = { decision, eventIds: events.map(({ id }) => id), recordedAt, ...appended };
    held.recordings.set(decision.decisionId, recording);
    this.mandates.keep(decision.mandateId, { history, revision: recording.revision, recordings: held.recordings });
    return { kind: 'recorded', answer: answerOf(recording) };
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
const identified = (decision: Decision, idName: string): NewEvent[] =>
  eventsOf(decision).map(({ type, data, metadata }, index) => ({
    id: eventId(idName, index),
    type,
    data: data as JsonObject,
    metadata: metadata as JsonObject,
  }));

function answerOf({ decision, eventIds, revision, position, recordedAt }: Recording): RecordedDecision {
  const { decisionId, mandateId, effects } = decision;
  const first = revision - eventIds.length + 1;
  const events = effects.map(({ type }, i) => ({ eventId: eventIds[i]!, type: effectOf(type).event, revision: first + i }));
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
