/** The dataset against the letter's own text: every place exists, and has what the decision claims. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DecisionDto } from '../../apps/api/src/decisions/decision.dto.js';
import type { DecisionBody } from '../../apps/api/src/decisions/record-decision.command.js';
import { readDataset } from '../../apps/api/src/datasets/dataset.js';
import { validateBody } from '../../apps/api/src/http/validate-body.js';
import { DocumentDto } from '../../apps/api/src/registry/document.dto.js';
import { MissionDto } from '../../apps/api/src/registry/mission.dto.js';
import { claimsOf } from './claims.js';
import { placesOf } from './letter.js';

const dataset = readDataset(resolve('datasets'), 'kst-29521-446');
const decisions = dataset.decisions.map((body) => validateBody<DecisionBody & object>(DecisionDto as never, body));

/** The ids of the letter's mandates. */
const MANDATES =
  `efp-lithuania patriots-slovakia battlegroup-romania nrf eu-battlegroup-2025 snmg1 euam-ukraine eumm-georgia osce-smm-ukraine
  icc-forensic-ukraine eufor-althea bih-eusr-ohr kosovo osce-western-balkans iraq oir-force-protection nmi-force-protection unifil untso eupol-copps ussc
  undof eubam-rafah unsmil eubam-libya eulpc eunavfor-irini minusma eucap-sahel eutm-mali takuba eunavfor-atalanta eucap-somalia unmiss emasoh maicc
  indo-pacific-ship`.split(/\s+/);

describe('the dataset', () => {
  it('has every mandate of the letter and no other', () => {
    expect([...new Set(decisions.map(({ mandateId }) => mandateId))].sort()).toEqual([...MANDATES].sort());
  });

  it('has bodies that the API takes', () => {
    validateBody(DocumentDto, dataset.document.body);
    for (const { body } of dataset.missions) validateBody(MissionDto, body);
    expect(dataset.document.documentId).toBe('kst-29521-446');
  });

  it('gives every decision an id of its own, and every dated one the date of the letter', () => {
    const ids = decisions.map(({ decisionId }) => decisionId);
    expect(new Set(ids).size).toBe(decisions.length);
    const { date } = validateBody(DocumentDto, dataset.document.body);
    for (const { decidedOn, effects } of decisions)
      expect([decidedOn, effects[0]!.type === 'carry-forward']).toEqual(
        decidedOn === undefined ? [undefined, true] : [date, false],
      );
  });

  it('uses every mission, or says of it that no mandate is recorded', () => {
    const named = JSON.stringify(decisions);
    const unused = dataset.missions.filter(({ missionId }) => !named.includes(`"${missionId}"`));
    for (const { body } of unused)
      expect((body as { description?: string }).description).toMatch(/no mandate is recorded/);
    expect(unused).toHaveLength(3);
  });
});

const letterPath = process.env['LEDGER_TEST_LETTER'] ?? join('..', 'shared', 'seed', 'kst-29521-446.txt');
/** The letter itself is not part of the project. Without it, the tests that compare with it count as skipped. */
const withLetter = existsSync(letterPath) ? it : it.skip;
const places = existsSync(letterPath) ? placesOf(readFileSync(letterPath, 'utf8')) : new Map<string, string>();

describe('each decision against the letter', () => {
  withLetter.each(decisions.map((decision) => [decision.decisionId!, decision] as const))(
    '%s stands where it is cited from',
    (_id, decision) => {
      const cited = decision.source.locator.split('; ');
      for (const place of cited) expect([...places.keys()]).toContain(place);
      const text = cited.map((place) => places.get(place)).join(' ');
      for (const { claim, stands } of claimsOf(decision))
        if (!stands.test(text)) throw new Error(`${claim} does not stand in ${decision.source.locator}: ${stands}`);
    },
  );

  withLetter('a figure or date that is changed no longer stands there', () => {
    const missed: string[] = [];
    for (const decision of decisions) {
      const text = decision.source.locator
        .split('; ')
        .map((place) => places.get(place))
        .join(' ');
      const changed = JSON.parse(
        JSON.stringify(decision.effects)
          .replace(/"(exactly|atMost)":(\d+)/g, (_all, key: string, heads: string) => `"${key}":${Number(heads) + 87}`)
          .replace(/-07-31"/g, '-08-31"'),
      ) as DecisionBody['effects'];
      const differs = JSON.stringify(changed) !== JSON.stringify(decision.effects);
      if (differs && claimsOf({ ...decision, effects: changed }).every(({ stands }) => stands.test(text)))
        missed.push(decision.decisionId!);
    }
    expect(missed).toEqual([]);
  });

  withLetter('repeats no sentence of it', () => {
    const prose = decisions.flatMap(({ rationale, effects }) => [rationale ?? '', JSON.stringify(effects)]).join(' ');
    for (const text of places.values())
      for (const sentence of text.split(/(?<=\.)\s/)) if (sentence.length > 40) expect(prose).not.toContain(sentence);
  });
});
