/** Random decisions for properties: few ids, days and figures, so that many contradict each other and many do not. */
import fc from 'fast-check';
import type { Decision } from '../decision.js';
import type { Effect, EffectOf, EffectType } from '../effects/index.js';
import type { History } from '../history.js';
import { decide, decideRepair, emptyHistory } from '../history.js';
import type { Contribution } from '../mandate.js';
import type { Recorded, Repair, Replacement } from '../repair.js';
import type { Strength } from '../strength.js';

const day = fc.constantFrom(
  '2022-06-01',
  '2022-06-17',
  '2022-07-31',
  '2022-08-01',
  '2022-12-01',
  '2023-03-01',
  '2024-02-29',
);
const from = fc.constantFrom('2022-06', '2022-07-01', '2022-22', '2023');
const until = fc.constantFrom(
  '2022-06-30',
  '2022-07-31',
  '2022-12',
  '2023-22',
  '2023',
  '2025-07-31',
  'open',
  'not-stated',
  'to-be-determined',
);
const date = fc.constantFrom('2022-06-30', '2022-07-31', '2022-12', '2023-22', '2024');
const id = fc.constantFrom('a', 'b', 'c');
const heads = fc.integer({ min: 0, max: 4 });

export const strengths: fc.Arbitrary<Strength> = fc.oneof(
  heads.map((exactly) => ({ exactly })),
  heads.map((atMost) => ({ atMost })),
  heads.map((atLeast) => ({ atLeast })),
  heads.map((low): Strength => ({ between: [low, low + 2] })),
  heads.map((about) => ({ about })),
  fc.constant<Strength>({ undisclosed: true }),
);

const contributions = (missionId: fc.Arbitrary<string>): fc.Arbitrary<Contribution> =>
  fc.record(
    {
      contributionId: id,
      categories: fc.uniqueArray(fc.constantFrom('civilian', 'police', 'military', 'unstated'), {
        minLength: 1,
        maxLength: 2,
      }),
      strength: strengths,
      missionId,
      description: fc.constant('Géorgie'),
      term: fc.record({ from, until }, { requiredKeys: [] }),
    },
    { requiredKeys: ['contributionId', 'categories', 'strength'] },
  );

/** One generator for each effect, each with and without its optional members. */
type ByType = { readonly [Type in EffectType]: fc.Arbitrary<EffectOf<Type>> };

/** @param missions ids to choose from */
export function effectsByType(missions: readonly string[] = ['untso', 'undof']): ByType {
  const mission = fc.constantFrom(...missions);
  const contribution = contributions(mission);
  const list = fc.uniqueArray(contribution, { maxLength: 3, selector: ({ contributionId }) => contributionId });
  const target = fc.record({ missions: fc.uniqueArray(mission, { minLength: 1 }), until }, { requiredKeys: [] });
  const change = { to: strengths, from: strengths, contributionId: id, effectiveFrom: from };
  const opening = {
    title: fc.constantFrom('UNTSO', 'UNDOF'),
    missions: fc.uniqueArray(mission, { minLength: 1 }),
    contributions: list,
    strength: strengths,
    from,
    until,
  };
  const is = <T extends string>(type: T) => fc.constant(type);
  return {
    'carry-forward': fc.record(
      { type: is('carry-forward'), ...opening },
      { requiredKeys: ['type', 'title', 'missions', 'contributions', 'until'] },
    ),
    establish: fc.record(
      { type: is('establish'), ...opening },
      { requiredKeys: ['type', 'title', 'missions', 'contributions', 'until'] },
    ),
    extend: fc.record(
      { type: is('extend'), until, contributionId: id, provisional: fc.boolean(), retroactive: fc.boolean() },
      { requiredKeys: ['type', 'until'] },
    ),
    increase: fc.record({ type: is('increase'), ...change }, { requiredKeys: ['type', 'to'] }),
    reduce: fc.record({ type: is('reduce'), ...change }, { requiredKeys: ['type', 'to'] }),
    'add-contribution': fc.record({ type: is('add-contribution'), contribution }),
    reshape: fc.record(
      { type: is('reshape'), contributions: list, strength: strengths },
      { requiredKeys: ['type', 'contributions'] },
    ),
    end: fc.record(
      {
        type: is('end'),
        on: fc.oneof(date, fc.constant('to-be-determined' as const)),
        endedBy: fc.constantFrom('cabinet', 'UN'),
        contributionId: id,
      },
      { requiredKeys: ['type', 'on', 'endedBy'] },
    ),
    'set-end-date': fc.record(
      { type: is('set-end-date'), on: date, contributionId: id },
      { requiredKeys: ['type', 'on'] },
    ),
    study: fc.record(
      { type: is('study'), studyId: id, subject: fc.constant('whether'), target, notified: fc.boolean() },
      { requiredKeys: ['type', 'studyId', 'subject'] },
    ),
    'conclude-study': fc.record({
      type: is('conclude-study'),
      studyId: id,
      outcome: fc.constantFrom('adopted', 'dropped'),
    }),
    intend: fc.record(
      { type: is('intend'), intentionId: id, subject: fc.constant('to'), target },
      { requiredKeys: ['type', 'intentionId', 'subject'] },
    ),
    'conclude-intention': fc.record({
      type: is('conclude-intention'),
      intentionId: id,
      outcome: fc.constantFrom('carried-out', 'dropped'),
    }),
    decline: fc.record(
      { type: is('decline'), subject: fc.constant('helicopters'), requestedBy: fc.constant('Germany') },
      { requiredKeys: ['type', 'subject'] },
    ),
    'schedule-review': fc.record(
      { type: is('schedule-review'), reviewId: id, trigger: fc.constant('autumn'), dueBy: date },
      { requiredKeys: ['type', 'reviewId', 'trigger'] },
    ),
    'hold-review': fc.record({ type: is('hold-review'), reviewId: id, outcome: fc.constant('kept') }),
    reserve: fc.record({ type: is('reserve'), right: fc.constant('to leave') }),
  };
}

/** What puts a mandate in force. */
export function openings(missions?: readonly string[]): fc.Arbitrary<Effect> {
  const byType = effectsByType(missions);
  return fc.oneof<fc.Arbitrary<Effect>[]>(byType['carry-forward'], byType.establish);
}

export const effects = (missions?: readonly string[]): fc.Arbitrary<Effect> =>
  fc.oneof<fc.Arbitrary<Effect>[]>(...Object.values(effectsByType(missions)));

const SOURCE = { documentId: 'kst-29521-446', locator: 'section 3.2' };

/** A decision on one of the mandates; about one in six is an opening entry without a day. */
export const decisionsOn = (mandateIds: readonly string[], missions?: readonly string[]): fc.Arbitrary<Decision> => {
  const effect = effects(missions);
  return fc
    .record({
      decisionId: fc.uuid(),
      mandateId: fc.constantFrom(...mandateIds),
      decidedOn: day,
      effects: fc.array(effect, { minLength: 1, maxLength: 3 }),
      undated: fc.nat({ max: 5 }),
    })
    .map(({ undated, ...decision }): Decision => {
      const { decidedOn: _day, ...head } = { ...decision, source: SOURCE };
      const opening = decision.effects.filter(({ type }) => type === 'carry-forward');
      return undated === 0 && opening.length > 0
        ? { ...head, effects: opening.slice(0, 1) }
        : { ...head, decidedOn: decision.decidedOn };
    });
};

/** Those that are accepted one after the other, in recorded order, with the history that they leave. */
export function acceptedOf(
  decisions: readonly Decision[],
  mandateId: string,
): { readonly accepted: Decision[]; readonly history: History } {
  const accepted: Decision[] = [];
  let history = emptyHistory(mandateId);
  for (const decision of decisions) {
    const outcome = decide(history, decision);
    if (!('decisions' in outcome)) continue;
    history = outcome;
    accepted.push(decision);
  }
  return { accepted, history };
}

/**
 * What a clerk does next: a decision, or a repair of whatever stands at a place among what was recorded on a mandate.
 */
export type Step =
  | { readonly decision: Decision }
  | {
      readonly decisionId: string;
      readonly mandateId: string;
      readonly place: number;
      readonly replacement: Replacement | null;
    };

/** Decisions and about as many attempts at repairs, of which nearly half are annulments. */
export function steps(
  mandateIds: readonly string[],
  missions?: readonly string[],
  maxLength = 25,
): fc.Arbitrary<Step[]> {
  const decision = decisionsOn(mandateIds, missions);
  const replacement = fc.record(
    { decidedOn: day, effects: fc.array(effects(missions), { minLength: 1, maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const repair = fc.record({
    decisionId: fc.uuid(),
    mandateId: fc.constantFrom(...mandateIds),
    place: fc.nat({ max: 20 }),
    replacement: fc.option(replacement, { freq: 3 }), // one in three annuls
  });
  const opening = fc
    .record({ decisionId: fc.uuid(), mandateId: fc.constantFrom(...mandateIds), effect: openings(missions) })
    .map(({ effect, ...head }): Decision => ({ ...head, decidedOn: '2022-06-01', source: SOURCE, effects: [effect] }));
  const step = fc.oneof(
    { weight: 1, arbitrary: opening.map((each) => ({ decision: each })) },
    { weight: 4, arbitrary: decision.map((each) => ({ decision: each })) },
    { weight: 2, arbitrary: repair },
  );
  return fc.array(step, { maxLength, size: 'max' }).map((all) => all.map(withOwnId));
}

/** Ids that are drawn may meet. */
function withOwnId(step: Step, place: number): Step {
  const decisionId = `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
  return 'decision' in step ? { decision: { ...step.decision, decisionId } } : { ...step, decisionId };
}

export const repairOf = (
  history: History,
  { decisionId, mandateId, place, replacement }: Exclude<Step, { decision: unknown }>,
): Repair => {
  const target = history.recorded[place % history.recorded.length]!.decisionId;
  const head = { decisionId, mandateId, reason: 'a mistake' };
  return replacement === null ? { ...head, annuls: target } : { ...head, corrects: target, replacement };
};

/** What of it is accepted, in recorded order, with the histories that it leaves by mandate. */
export function recordedBy(all: readonly Step[]): {
  readonly recorded: Recorded[];
  readonly histories: ReadonlyMap<string, History>;
} {
  const recorded: Recorded[] = [];
  const histories = new Map<string, History>();
  for (const step of all) {
    const mandateId = 'decision' in step ? step.decision.mandateId : step.mandateId;
    const history = histories.get(mandateId) ?? emptyHistory(mandateId);
    if (!('decision' in step) && history.recorded.length === 0) continue;
    const next = 'decision' in step ? step.decision : repairOf(history, step);
    const outcome = 'effects' in next ? decide(history, next) : decideRepair(history, next);
    if (outcome === undefined || !('decisions' in outcome)) continue;
    histories.set(mandateId, outcome);
    recorded.push(next);
  }
  return { recorded, histories };
}
