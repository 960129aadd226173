/** Pages of what a search found: the items of the lists, the best first, each with the text in which it was found. */
import type { DecisionCriteria, DecisionsView } from './decisions.view.js';
import type { EventsView } from './events.view.js';
import type { MandateCriteria } from './mandate-spans.js';
import type { MandatesView } from './mandates.view.js';
import type { Page, PageOf } from './page.js';
import type { DecisionRank, Found, MandateRank, SearchView } from './search/search.view.js';
import type { Match } from './search/matches.js';
import type { Term } from './search/words.js';
import type { AskedTimes, Times } from './times.js';

/** GET /v1/mandates?q=…, by what is known at those times. @throws {BeyondTheLog} */
export function foundMandates(
  {
    search,
    mandates,
    events,
  }: { readonly search: SearchView; readonly mandates: MandatesView; readonly events: EventsView },
  terms: readonly Term[],
  criteria: MandateCriteria & AskedTimes,
  { after, limit }: Page<MandateRank>,
): PageOf<MandateRank> & { readonly times: Times } {
  const known = events.sizeOf(criteria.knownAt ?? null);
  const walk = search.mandates(terms, known, after);
  const { filtered, folded } = search.limits;
  const mostLooked = limit + ((criteria.decidedBy ?? null) === null ? filtered : folded);
  const shown: { readonly json: string; readonly found: Found<MandateRank, string> }[] = [];
  for (let looked = 0; ;) {
    const found = new Map<string, Found<MandateRank, string>>();
    // First those of a page, since mostly all of them are wanted; then as many again.
    const atOnce = Math.min(looked === 0 ? limit + 1 : looked, mostLooked - looked);
    for (let next; found.size < atOnce && (next = walk.next()) !== null;) found.set(next.key, next);
    looked += found.size;
    const { items, times } = mandates.among(
      [...found.keys()],
      { ...criteria, knownAt: { size: known } },
      limit + 1 - shown.length,
    );
    for (const { mandateId, json } of items) shown.push({ json, found: found.get(mandateId)! });
    const isOver = found.size < atOnce;
    if (shown.length <= limit && !isOver && looked < mostLooked) continue;
    const page = shown.slice(0, limit);
    const next =
      shown.length > limit ? page.at(-1)!.found.rank : isOver ? walk.endedAt : [...found.values()].at(-1)!.rank;
    return { items: page.map(({ json, found }) => withMatch(json, found.match())), next, times };
  }
}

/** GET /v1/decisions?q=… */
export function foundDecisions(
  {
    search,
    decisions,
    events,
  }: { readonly search: SearchView; readonly decisions: DecisionsView; readonly events: EventsView },
  terms: readonly Term[],
  criteria: DecisionCriteria,
  { after, limit }: Page<DecisionRank>,
): PageOf<DecisionRank> & { readonly size: number } {
  const size = events.sizeOf(criteria.knownAt ?? null);
  const walk = search.decisions(terms, size, criteria.mandateId ?? null, after);
  const items: string[] = [];
  let last: DecisionRank | null = null;
  for (let looked = 0; ; looked++) {
    const found = walk.next();
    if (found === null) return { items, next: walk.endedAt, size };
    if (items.length === limit || looked === limit + search.limits.filtered) return { items, next: last, size };
    last = found.rank;
    const json = decisions.at(found.key, { ...criteria, knownAt: { size } });
    if (json !== null) items.push(withMatch(json, found.match()));
  }
}

const withMatch = (json: string, match: Match): string => `${json.slice(0, -1)},"match":${JSON.stringify(match)}}`;
