/**
 * Which missions and documents are registered, asked of the log itself: the views may lag behind what a clerk has just
 * put.
 */
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Contribution, Decision, RegistrationKind, Target } from '#mandate';
import { registrationStream } from '#mandate';
import { EventLog } from '../event-log/event-log.provider.js';
import type { FieldError } from '../http/problem.js';
import { Problem } from '../http/problem.js';

@Injectable()
export class KnownRegistrations {
  /** What is registered stays registered, so only that is remembered. */
  private readonly known = new LRUCache<string, true>({ max: 50_000 });

  constructor(@Inject(EventLog) private readonly log: EventLog) {}

  /**
   * @param at what comes before the decision's own fields in the body that was sent
   * @throws {Problem} 422 unknown-document or unknown-mission, naming the field
   */
  async refuseUnknown(decision: Decision, at = ''): Promise<void> {
    if (!(await this.isKnown('document', decision.source.documentId)))
      throw unknown('document', [
        { field: `${at}source.documentId`, message: `${decision.source.documentId} is not registered` },
      ]);
    const errors: FieldError[] = [];
    for (const { field, missionId } of missionsNamed(decision))
      if (!(await this.isKnown('mission', missionId)))
        errors.push({ field: `${at}${field}`, message: `${missionId} is not registered` });
    if (errors.length > 0) throw unknown('mission', errors);
  }

  private async isKnown(kind: RegistrationKind, id: string): Promise<boolean> {
    const stream = registrationStream(kind, id);
    if (this.known.has(stream)) return true;
    for await (const page of this.log.readStream(stream, { limit: 1 }))
      if (page.length > 0) {
        this.known.set(stream, true);
        return true;
      }
    return false;
  }
}

function unknown(kind: RegistrationKind, errors: readonly FieldError[]): Problem {
  const names = errors.map(({ message }) => message).join('; ');
  return new Problem(
    `unknown-${kind}`,
    `The ${kind} is unknown: ${names}. Register it first with PUT /v1/${kind}s/{id}, or correct the id.`,
    {
      status: 422,
      errors,
    },
  );
}

/** Every mission that a decision names, with its place in the body. */
function* missionsNamed({ effects }: Decision): Generator<{ field: string; missionId: string }> {
  for (const [i, effect] of effects.entries()) {
    const at = `effects[${i}]`;
    if ('missions' in effect) yield* inList(effect.missions, `${at}.missions`);
    if ('contributions' in effect) yield* inContributions(effect.contributions, `${at}.contributions`);
    if ('contribution' in effect) yield* inContribution(effect.contribution, `${at}.contribution`);
    if ('target' in effect && effect.target !== undefined) yield* inTarget(effect.target, `${at}.target`);
  }
}

function* inTarget(
  { missions = [], contributions = [] }: Target,
  at: string,
): Generator<{ field: string; missionId: string }> {
  yield* inList(missions, `${at}.missions`);
  yield* inContributions(contributions, `${at}.contributions`);
}

function* inList(missions: readonly string[], at: string): Generator<{ field: string; missionId: string }> {
  for (const [i, missionId] of missions.entries()) yield { field: `${at}[${i}]`, missionId };
}

function* inContributions(list: readonly Contribution[], at: string): Generator<{ field: string; missionId: string }> {
  for (const [i, contribution] of list.entries()) yield* inContribution(contribution, `${at}[${i}]`);
}

function* inContribution({ missionId }: Contribution, at: string): Generator<{ field: string; missionId: string }> {
  if (missionId !== undefined) yield { field: `${at}.missionId`, missionId };
}
