import { faultsOfProvJson } from '../../../../tests/prov-json.js';
import type { HistoryEntry } from '../mandates/history.answers.js';
import { provenanceOf } from './prov-json.js';

const entry = (revision: number, decisionId: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  eventId: `e${revision}`,
  type: 'RightReserved',
  data: {},
  decisionId,
  decidedOn: '2023-03-01',
  source: { documentId: 'letter', locator: 'page 1' },
  recordedAt: `2023-03-02T00:00:0${revision}.000Z`,
  recordedBy: 'recorder',
  revision,
  position: String(revision),
  leafIndex: revision,
  correctedBy: null,
  annulledBy: null,
  ...more,
});

describe('the provenance of a mandate', () => {
  it('states for each decision its recorder, its source and the mandate after it', () => {
    const said = provenanceOf('m', [
      entry(0, 'd0', { decidedOn: null }),
      entry(1, 'd1'),
      entry(2, 'd1'),
      entry(3, 'd2'),
    ]);
    expect(faultsOfProvJson(said)).toEqual([]);
    expect(Object.keys(said.entity)).toEqual([
      'document:letter',
      'decision:d0',
      'mandate:m@0',
      'decision:d1',
      'mandate:m@2',
      'decision:d2',
      'mandate:m@3',
    ]);
    expect(said.entity['decision:d0']).not.toHaveProperty('ledger:decidedOn');
    expect(said.entity['decision:d1']).toMatchObject({ 'ledger:decidedOn': { $: '2023-03-01', type: 'xsd:date' } });
    expect(said.activity['recording:d1']).toMatchObject({
      'prov:startTime': '2023-03-02T00:00:01.000Z',
      'prov:endTime': '2023-03-02T00:00:01.000Z',
    });
    expect(Object.values(said.used!)).toContainEqual({ 'prov:activity': 'recording:d2', 'prov:entity': 'mandate:m@2' });
    expect(Object.values(said.wasDerivedFrom!)).toEqual(
      expect.arrayContaining([
        { 'prov:generatedEntity': 'decision:d2', 'prov:usedEntity': 'document:letter' },
        { 'prov:generatedEntity': 'mandate:m@3', 'prov:usedEntity': 'decision:d2' },
        { 'prov:generatedEntity': 'mandate:m@3', 'prov:usedEntity': 'mandate:m@2' },
      ]),
    );
  });

  it('attributes a decision to the cabinet, and to an organisation that ended its own mission', () => {
    const ended = (revision: number, id: string, endedBy: string) =>
      entry(revision, id, { type: 'MandateEnded', data: { endedBy } });
    const said = provenanceOf('m', [
      entry(0, 'd0'),
      ended(1, 'd1', 'EU'),
      ended(2, 'd2', 'cabinet'),
      ended(3, 'd3', 'EU'),
      entry(4, 'd3'),
    ]);
    expect(Object.values(said.wasAttributedTo!).map((one) => [one['prov:entity'], one['prov:agent']])).toEqual([
      ['decision:d0', 'authority:cabinet'],
      ['decision:d1', 'authority:EU'],
      ['decision:d2', 'authority:cabinet'],
      ['decision:d3', 'authority:EU'],
      ['decision:d3', 'authority:cabinet'],
    ]);
  });

  it('marks a decision that was corrected or annulled', () => {
    const said = provenanceOf('m', [
      entry(0, 'd0', { correctedBy: 'd2' }),
      entry(1, 'd1', { annulledBy: 'd3' }),
      entry(2, 'd2'),
      entry(3, 'd3'),
    ]);
    expect(faultsOfProvJson(said)).toEqual([]);
    expect(Object.values(said.wasDerivedFrom!)).toContainEqual({
      'prov:generatedEntity': 'decision:d2',
      'prov:usedEntity': 'decision:d0',
      'prov:type': { $: 'prov:Revision', type: 'xsd:QName' },
    });
    expect(Object.values(said.wasInvalidatedBy!)).toEqual([
      { 'prov:entity': 'decision:d1', 'prov:activity': 'recording:d3' },
    ]);
  });

  it('encodes the name of a recorder so that PROV takes it', () => {
    const { agent, ...rest } = provenanceOf('m', [entry(0, 'd0', { recordedBy: "K. (o') Brien; é:1" })]);
    expect(faultsOfProvJson({ agent, ...rest })).toEqual([]);
    expect(agent['recorder:K.%20%28o%27%29%20Brien%3B%20%C3%A9%3A1']).toMatchObject({
      'prov:label': "K. (o') Brien; é:1",
    });
  });

  it('only grows with later records', () => {
    const entries = [entry(0, 'd0'), entry(1, 'd1'), entry(2, 'd1'), entry(3, 'd2')];
    expect(provenanceOf('m', entries)).toMatchObject(provenanceOf('m', entries.slice(0, 3)));
  });
});

describe('the check of PROV-JSON', () => {
  const right = () =>
    JSON.parse(JSON.stringify(provenanceOf('m', [entry(0, 'd0')]))) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
  it.each<[string, (document: ReturnType<typeof right>) => void]>([
    ['a reference that leads nowhere', ({ used }) => (used!['_:used1']!['prov:entity'] = 'document:other')],
    ['a reference to another kind of thing', ({ used }) => (used!['_:used1']!['prov:entity'] = 'recording:d0')],
    [
      'a relation without what it needs',
      ({ wasDerivedFrom }) => delete wasDerivedFrom!['_:wasDerivedFrom1']!['prov:usedEntity'],
    ],
    ['a relation that there is not', (document) => (document['wasRecordedBy'] = {})],
    ['an attribute without a prefix', ({ entity }) => (entity!['document:letter']!['label'] = 'x')],
    ['a prefix that is not declared', ({ entity }) => (entity!['document:letter']!['dct:title'] = 'x')],
    [
      'a type with a prefix that is not declared',
      ({ entity }) => (entity!['document:letter']!['prov:type'] = { $: 'x:y', type: 'xsd:QName' }),
    ],
    [
      'a value that is an object of another form',
      ({ entity }) => (entity!['document:letter']!['prov:type'] = { value: 'x' }),
    ],
    ['null', ({ entity }) => (entity!['document:letter']!['prov:label'] = null)],
    ['a time that is none', ({ activity }) => (activity!['recording:d0']!['prov:startTime'] = 'today')],
    ['an id twice', ({ used }) => (used!['_:wasGeneratedBy1'] = used!['_:used1']!)],
  ])('finds %s', (_what, spoil) => {
    const document = right();
    expect(faultsOfProvJson(document)).toEqual([]);
    spoil(document);
    expect(faultsOfProvJson(JSON.parse(JSON.stringify(document)))).not.toEqual([]);
  });
});
