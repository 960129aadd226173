/** Pages of what a search found: the items of the lists, the best first, each with the text in which it was found. */
import type { DecisionsView } from './decisions.view.js';
import type { MandateCriteria, MandatesView } from './mandates.view.js';
import type { Page, PageOf } from './page.js';
import type { Match, Rank, SearchView } from './search.view.js';
import type { Term } from './search-words.js';

/** GET /v1/mandates?q=… @param known found only by what the first so many events say; by all where null */
export function foundMandates(
  { search, mandates }: { readonly search: SearchView; readonly mandates: MandatesView },
  terms: readonly Term[],
  known: number | null,
  criteria: MandateCriteria,
  { after, limit }: Page<Rank<string>>,
): PageOf<Rank<string>> {
  const found = new Map(search.mandates(terms, known, after).map((each) => [each.rank[1], each]));
  const selected = mandates.among([...found.keys()], criteria, limit + 1);
  const shown = selected.slice(0, limit).map(({ mandateId, json }) => ({ json, ...found.get(mandateId)! }));
  return {
    items: shown.map(({ json, leaves }) => withMatch(json, search.match(leaves, terms))),
    next: selected.length > limit ? shown.at(-1)!.rank : null,
  };
}

/** GET /v1/decisions?q=… */
export function foundDecisions(
  { search, decisions }: { readonly search: SearchView; readonly decisions: DecisionsView },
  terms: readonly Term[],
  known: number | null,
  mandateId: string | null,
  { after, limit }: Page<Rank<number>>,
): PageOf<Rank<number>> {
  const found = search.decisions(terms, known, mandateId, { after, limit: limit + 1 });
  const shown = found.slice(0, limit);
  return {
    items: shown.map(({ rank: [, leaf], leaves }) => withMatch(decisions.at(leaf), search.match(leaves, terms))),
    next: found.length > limit ? shown.at(-1)!.rank : null,
  };
}

const withMatch = (json: string, match: Match): string => `${json.slice(0, -1)},"match":${JSON.stringify(match)}}`;
