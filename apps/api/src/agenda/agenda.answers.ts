/** The answer of GET /v1/agenda: its schema and its columns. */
import type { AgendaItem } from '#mandate';
import { AGENDA_KINDS } from '#mandate';
import { LEFT_OUT, SHOWN_ELSEWHERE, asItIs, columnsOf } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { AnyOf } from '../openapi/schema.js';
import { bool, day, named, nullable, objectOf, oneOf, optional, pageOf, text } from '../openapi/schema.js';

/** The first five members come with every kind, the others with some. */
const AGENDA_ITEM = named(
  'AgendaItem',
  objectOf<AnyOf<AgendaItem>>({
    on: { ...nullable(day), description: 'Null where there is no day yet' },
    kind: oneOf(AGENDA_KINDS),
    mandateId: text,
    title: text,
    itemId: { ...text, description: 'Stays the same when the day moves' },
    until: optional(text),
    provisional: optional(bool),
    endedBy: optional(nullable(text)),
    contributionId: optional(nullable(text)),
    reviewId: optional(text),
    trigger: optional(text),
    dueBy: optional(nullable(text)),
    studyId: optional(text),
    subject: optional(text),
    openedOn: optional(nullable(day)),
  }),
);

export const AGENDA_LIST = named(
  'AgendaList',
  pageOf<AnyOf<AgendaItem>, { readonly from: string; readonly to: string }>(AGENDA_ITEM, { from: day, to: day }),
);

export const AGENDA_TABLE: Table = {
  name: 'agenda',
  columns: columnsOf<AnyOf<AgendaItem>>({
    on: asItIs,
    kind: asItIs,
    mandateId: asItIs,
    title: asItIs,
    contributionId: {
      of: (contributionId, { reviewId, studyId }) => contributionId ?? reviewId ?? studyId ?? null,
    },
    reviewId: SHOWN_ELSEWHERE,
    studyId: SHOWN_ELSEWHERE,
    itemId: asItIs,
    until: LEFT_OUT,
    provisional: LEFT_OUT,
    endedBy: LEFT_OUT,
    trigger: LEFT_OUT,
    dueBy: LEFT_OUT,
    subject: LEFT_OUT,
    openedOn: LEFT_OUT,
  }),
};
