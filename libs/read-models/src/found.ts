/** Pages of what a search found: the items of the lists, the best first, each with the text in which it was found. */
import type { DecisionCriteria, DecisionsView } from './decisions.view.js';
import type { EventsView } from './events.view.js';
import type { MandateCriteria } from './mandate-spans.js';
import type { MandatesView } from './mandates.view.js';
import type { Page, PageOf } from './page.js';
import type { Match, Rank, SearchView } from './search.view.js';
import type { Term } from './search-words.js';
import type { AskedTimes, Times } from './times.js';

/** GET /v1/mandates?q=…, by what is known at those times. @throws {BeyondTheLog} */
export function foundMandates(
  { search, mandates, events }: { readonly search: SearchView; readonly mandates: MandatesView; readonly events: EventsView },
  terms: readonly Term[],
  criteria: MandateCriteria & AskedTimes,
  { after, limit }: Page<Rank<string>>,
): PageOf<Rank<string>> & { readonly times: Times } {
  const known = events.sizeOf(criteria.knownAt ?? null);
  const found = new Map(search.mandates(terms, known, after).map((each) => [each.rank[1], each]));
  const { items, looked, times } = mandates.among([...found.keys()], { ...criteria, knownAt: { size: known } }, limit + 1);
  const shown = items.slice(0, limit).map(({ mandateId, json }) => ({ json, ...found.get(mandateId)! }));
  const last = items.length > limit ? shown.at(-1)! : looked === null ? null : found.get(looked)!;
  return { items: shown.map(({ json, leaves }) => withMatch(json, search.match(leaves, terms))), next: last && last.rank, times };
}

/** GET /v1/decisions?q=… */
export function foundDecisions(
  { search, decisions, events }: { readonly search: SearchView; readonly decisions: DecisionsView; readonly events: EventsView },
  terms: readonly Term[],
  criteria: DecisionCriteria,
  { after, limit }: Page<Rank<number>>,
): PageOf<Rank<number>> & { readonly size: number } {
  const size = events.sizeOf(criteria.knownAt ?? null);
  const found = search.decisions(terms, size, criteria.mandateId ?? null, { after, limit: limit + 1 });
  const shown = found.slice(0, limit).flatMap(({ rank: [, leaf], leaves }) => {
    // A page is shorter than its limit where decisions of later days than were asked for are found.
    const json = decisions.at(leaf, { ...criteria, knownAt: { size } });
    return json === null ? [] : [withMatch(json, search.match(leaves, terms))];
  });
  return { items: shown, next: found.length > limit ? found[limit - 1]!.rank : null, size };
}

const withMatch = (json: string, match: Match): string => `${json.slice(0, -1)},"match":${JSON.stringify(match)}}`;
