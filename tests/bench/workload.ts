/**
 * Any number of decisions of a ministry. Each mandate is established and then changed, with two effects per decision.
 */
import type { NewEvent } from '#event-log';
import type { Decision } from '#mandate';
import { eventsOf, mandateStream } from '#mandate';
import { v5 } from 'uuid';

const DECISIONS_A_MANDATE = 10;
const source = { documentId: 'kst-29521-446', locator: 'section 3.2, Voort te zetten inzet, paragraph 2' };
const rationale =
  'The mission matters to stability in the region, and the information that the contribution gives is good.';

/** @param run becomes part of the ids, so that runs on one ledger do not collide */
export function decision(run: string, n: number): Decision & { readonly decidedOn: string } {
  const mandate = Math.floor(n / DECISIONS_A_MANDATE);
  const step = n % DECISIONS_A_MANDATE;
  const head = {
    decisionId: `${run}-${n}`,
    mandateId: `${run}-m${mandate}`,
    decidedOn: `2022-06-${String(10 + step).padStart(2, '0')}`,
    source,
    rationale,
  };
  if (step === 0)
    return {
      ...head,
      effects: [
        {
          type: 'establish',
          title: `Contribution ${mandate} to UNTSO`,
          missions: ['untso'],
          until: '2025-07-31',
          contributions: [
            {
              contributionId: 'observers',
              description: 'Military observers',
              categories: ['military'],
              strength: { exactly: 12 },
            },
          ],
        },
        {
          type: 'schedule-review',
          reviewId: 'yearly',
          trigger: 'Yearly progress report on the small contributions',
          dueBy: '2023-23',
        },
      ],
    };
  return {
    ...head,
    effects: [
      { type: 'increase', from: { exactly: 11 + step }, to: { exactly: 12 + step }, contributionId: 'observers' },
      {
        type: 'add-contribution',
        contribution: {
          contributionId: `medics-${step}`,
          description: 'Medical staff',
          categories: ['military'],
          strength: { between: [2, 3] },
          term: { until: '2023-22' },
        },
      },
    ],
  };
}

/** What one of several clients posts. Each client has its own mandates, so that none waits for another. */
export function* decisionsOfClient(run: string, client: number, count: number): Generator<Decision> {
  for (let n = 0; n < count; n++) yield decision(`${run}-c${client}`, n);
}

/** The events that recording a decision appends. */
export const storedEvents = (each: Decision): { readonly stream: string; readonly events: NewEvent[] } => ({
  stream: mandateStream(each.mandateId),
  events: eventsOf(each).map(({ type, data, metadata }, i) => ({
    id: v5(`${each.decisionId}/${i}`, v5.URL),
    type,
    data: data as NewEvent['data'],
    metadata: {
      ...(metadata as NewEvent['metadata']),
      recordedAt: '2022-06-17T10:00:00.000Z',
      recordedBy: 'recorder',
      correlationId: each.decisionId,
      causationId: each.decisionId,
    },
  })),
});
