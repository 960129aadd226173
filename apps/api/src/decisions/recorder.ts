/** The one way into the log for what is recorded on a mandate: read, judge, append at the revision that was judged. */
import { Inject, Injectable } from '@nestjs/common';
import { parse, v4, v5 } from 'uuid';
import type { JsonObject, NewEvent } from '#event-log';
import { checkAppend, EventIdInUse, OutcomeUnknown, Turns, WrongExpectedRevision } from '#event-log';
import type { Decision, History, Recorded } from '#mandate';
import {
  decide,
  decideRepair,
  eventsOf,
  eventTypesOf,
  isAnnulment,
  isRepair,
  mandateStream,
  Refusal,
  Repairs,
  targetOf,
  UnknownMandate,
} from '#mandate';
import { sameBody } from '../canonical.js';
import { Clock } from '../clock/clock.js';
import { EventLog } from '../event-log/event-log.provider.js';
import { Problem } from '../http/problem.js';
import { todayIn } from '../http/today.js';
import { KnownRegistrations } from '../registry/known-registrations.js';
import { Views } from '../views/views.js';
import type { Recording } from './held-mandates.js';
import { HeldMandates } from './held-mandates.js';
import type {
  CheckedDecision,
  DecisionBody,
  RecordDecisionOutcome,
  RecordOptions,
  RecordedDecision,
  RepairBody,
} from './record-decision.command.js';

/**
 * Event ids are derived from the decision's, so that its second use, in another mandate or on another replica, is known
 * by the store.
 */
const DECISION_NAMESPACE = parse('6d5b1a52-3c5e-5a39-9d0c-2f1c7a0f4b11');
const eventId = (name: string, effectIndex: number): string => v5(`${name}/${effectIndex}`, DECISION_NAMESPACE);

/** How often a lost race for the revision is run again before the clerk is asked to. */
const ATTEMPTS = 10;

@Injectable()
export class Recorder {
  private readonly turns = new Turns();

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    private readonly mandates: HeldMandates,
    private readonly registrations: KnownRegistrations,
    private readonly views: Views,
    private readonly clock: Clock,
  ) {}

  /** Records a decision or a repair, or finds it recorded already. @throws {Problem} why it cannot be */
  async record(body: DecisionBody | RepairBody, options: RecordOptions): Promise<RecordDecisionOutcome> {
    const { mandateId, decisionId = v4() } = body;
    const recorded: Recorded = { ...body, decisionId };
    let idName = decisionId;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.turns.inTurn(mandateId, () => this.attempt(recorded, idName, options));
      } catch (error) {
        const inUse = error instanceof EventIdInUse;
        if (inUse && error.stream !== mandateStream(mandateId)) throw reused(decisionId, error.stream);
        if (inUse || error instanceof WrongExpectedRevision || error instanceof OutcomeUnknown)
          this.mandates.forget(mandateId);
        if (!(inUse || error instanceof WrongExpectedRevision) || attempt === ATTEMPTS) throw error;
        // It is stored meanwhile, or another process is about to store it: with other ids for the events, the revision
        // decides who does.
        if (inUse) idName = `${decisionId}/${v4()}`;
      }
    }
  }

  private async attempt(recorded: Recorded, idName: string, options: RecordOptions): Promise<RecordDecisionOutcome> {
    const { decisionId, mandateId } = recorded;
    const held = await this.mandates.get(mandateId);
    const earlier = held.recordings.get(decisionId);
    if (earlier !== undefined) {
      if (!sameBody(earlier.recorded, recorded)) throw reused(decisionId, mandateStream(mandateId));
      return { kind: 'repeated', answer: answerOf(earlier) };
    }
    refuseStale(options.ifMatch, held.revision);
    const judged = judgedDecision(held.history, recorded);
    if (judged !== null) await this.registrations.refuseUnknown(judged, isRepair(recorded) ? 'replacement.' : '');
    const history = accepted(
      isRepair(recorded) ? decideRepair(held.history, recorded) : decide(held.history, recorded),
      recorded,
    );
    const recordedAt = this.clock.now().toISOString();
    const { recordedBy, correlationId } = options;
    const events = identified(recorded, idName).map(({ id, type, data, metadata }) => {
      const { effectCount, effectIndex, schemaVersion } = metadata as Record<string, number>;
      // In canonical order, in which it is written at half the cost.
      const all = {
        causationId: correlationId,
        correlationId,
        decisionId,
        effectCount,
        effectIndex,
        recordedAt,
        recordedBy,
        schemaVersion,
      };
      return { id, type, data, metadata: all as JsonObject };
    });
    if (options.dryRun) {
      checkAppend(mandateStream(mandateId), events, 'any'); // what the store would refuse is not promised
      return { kind: 'checked', answer: this.checked(recorded, judged, events, history, held.revision) };
    }
    const expected = held.revision < 0 ? 'none' : held.revision;
    const appended = await this.log.append(mandateStream(mandateId), events, expected);
    const recording: Recording = { recorded, eventIds: events.map(({ id }) => id), recordedAt, ...appended };
    held.recordings.set(decisionId, recording);
    this.mandates.keep(mandateId, { history, revision: recording.revision, recordings: held.recordings });
    return { kind: 'recorded', answer: answerOf(recording) };
  }

  private checked(
    { decisionId, mandateId }: Recorded,
    judged: Decision | null,
    recorded: readonly NewEvent[],
    { mandate }: History,
    revision: number,
  ): CheckedDecision {
    const asOf = judged?.decidedOn ?? todayIn(this.clock.now());
    const events = recorded.map(({ type, data }, index) => ({ type, revision: revision + 1 + index, data }));
    const standing = { ...this.views.mandates.standing(mandate, asOf), revision: revision + events.length };
    const shown = mandate.lastDecision === null ? null : { ...standing, asOf, decidedBy: null, knownAt: null };
    return { dryRun: true, decisionId, mandateId, events, mandate: shown };
  }
}

/**
 * What is to be judged: the decision itself, or what a correction makes of it; null for an annulment, or where there is
 * nothing to correct.
 */
function judgedDecision({ recorded }: History, next: Recorded): Decision | null {
  if (!isRepair(next)) return next;
  if (isAnnulment(next)) return null;
  const repairs = new Repairs([...recorded, next]);
  const target = repairs.find(targetOf(next));
  const root = target && repairs.rootOf(target);
  if (root === undefined) return null;
  const corrected = repairs.corrected(root);
  if (corrected.decidedOn === undefined && !corrected.effects.every(({ type }) => type === 'carry-forward')) {
    const message =
      'is missing: with these effects the decision needs a day, since only an opening entry (carry-forward alone) ' +
      'may leave it out';
    throw new Problem('invalid', `The body cannot be taken: replacement.decidedOn ${message}.`, {
      errors: [{ field: 'replacement.decidedOn', message }],
    });
  }
  return corrected;
}

/** The events of a decision with their ids, but for what the recorder adds. */
const identified = (recorded: Recorded, idName: string): NewEvent[] =>
  eventsOf(recorded).map(({ type, data, metadata }, index) => ({
    id: eventId(idName, index),
    type,
    data: data as JsonObject,
    metadata: metadata as JsonObject,
  }));

function answerOf({ recorded, eventIds, revision, position, recordedAt }: Recording): RecordedDecision {
  const first = revision - eventIds.length + 1;
  const events = eventTypesOf(recorded).map((type, i) => ({ eventId: eventIds[i]!, type, revision: first + i }));
  return { decisionId: recorded.decisionId, mandateId: recorded.mandateId, revision, position, recordedAt, events };
}

function accepted(outcome: History | Refusal | UnknownMandate | undefined, recorded: Recorded): History {
  if (outcome === undefined && isRepair(recorded)) throw unknownDecision(targetOf(recorded));
  if (outcome instanceof UnknownMandate)
    throw new Problem('unknown-mandate', outcome.sentence, {
      status: 422,
      errors: [{ field: 'mandateId', message: outcome.sentence }],
    });
  if (!(outcome instanceof Refusal)) return outcome!;
  const { rule, sentence, field, breaks } = outcome;
  throw new Problem('rule-broken', sentence, {
    rule,
    errors: [{ field: field ?? (isRepair(recorded) ? 'id' : 'decidedOn'), message: sentence }],
    ...(breaks === null ? {} : { breaks }),
  });
}

export const unknownDecision = (id: string): Problem =>
  new Problem('unknown-decision', `The ledger has no decision ${id}. GET /v1/decisions lists all decisions.`, {
    errors: [{ field: 'id', message: 'is not the id of a decision' }],
  });

function refuseStale(ifMatch: number | null, revision: number): void {
  if (ifMatch === null || ifMatch === revision) return;
  throw new Problem(
    'stale-revision',
    revision < 0
      ? `If-Match names revision ${ifMatch}, but the ledger has no such mandate yet. Leave If-Match out to open it.`
      : `The mandate has moved on to revision ${revision} since revision ${ifMatch} was read. Read it again, see ` +
          `whether the decision still fits, and post with If-Match: "${revision}".`,
    { errors: [{ field: 'If-Match', message: `is "${ifMatch}", the mandate is at "${revision}"` }] },
  );
}

function reused(decisionId: string | undefined, stream: string): Problem {
  const detail =
    `The decisionId ${decisionId} is already used for another decision, in stream ${stream}. Choose ` +
    'another id for this one, or post exactly the same body to repeat it.';
  return new Problem('decision-id-reused', detail, {
    errors: [{ field: 'decisionId', message: 'is already used with another body' }],
  });
}
