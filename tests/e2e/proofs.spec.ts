/** Proofs over HTTP, verified with nothing but the answers and libs/transparency, as an auditor would. */
import { openCheckpoint, verifyTlogProof } from '#transparency';
import { MTH, verifyConsistency, verifyInclusion } from '#transparency/testing';
import type { Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import type { Consistency, Inclusion, Proofs } from './proofs.js';
import { LETTER, bytes, checkpointOf, covering, keysOf, leavesOf, reserve, statusOf } from './proofs.js';

describe('the proofs of the letter', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger();
    await covering(ledger, LETTER);
  });
  afterAll(() => ledger.stop());

  it('have a checkpoint that the key verifies, with the root of the events that everybody reads', async () => {
    const answer = await ledger.get('/v1/log/checkpoint');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const checkpoint = openCheckpoint(answer.text, await keysOf(ledger));
    expect(checkpoint.size).toBe(LETTER);
    expect(checkpoint.root).toEqual(MTH(await leavesOf(ledger)));
    expect(checkpoint.origin).toMatch(/^mandate-ledger\.example\/[0-9a-f]{8}$/);
    expect((await ledger.get(`/v1/log/checkpoint?size=${LETTER}`)).text).toBe(answer.text);
    expect(await statusOf(ledger)).toMatchObject({
      size: LETTER,
      origin: checkpoint.origin,
      keys: [checkpoint.signer.id],
      checkpoint: { size: LETTER },
      trouble: null,
      watch: { rate: 500, firstWrong: null, trouble: null },
    });
  });

  it('include every event, in the newest checkpoint and at every size', async () => {
    const leaves = await leavesOf(ledger);
    const { root } = await checkpointOf(ledger);
    for (let leafIndex = 0; leafIndex < LETTER; leafIndex += 5) {
      for (const size of [null, leafIndex + 1, LETTER - 3 > leafIndex ? LETTER - 3 : LETTER]) {
        const query = size === null ? '' : `&size=${size}`;
        const { body } = await ledger.get(`/v1/log/inclusion?leafIndex=${leafIndex}${query}`);
        const proof = body as Inclusion;
        expect([proof.leafIndex, proof.size, bytes(proof.leafHash)]).toEqual([
          leafIndex,
          size ?? LETTER,
          leaves[leafIndex],
        ]);
        expect(bytes(proof.rootHash)).toEqual(size === null ? root : MTH(leaves.slice(0, size)));
        const hashes = proof.hashes.map(bytes);
        expect(verifyInclusion(leaves[leafIndex]!, leafIndex, proof.size, hashes, bytes(proof.rootHash))).toBe(true);
      }
    }
  });

  it('show of every size that the log begins with it', async () => {
    const leaves = await leavesOf(ledger);
    for (let from = 1; from <= LETTER; from += 7) {
      for (const to of [null, from, LETTER]) {
        const { body } = await ledger.get(`/v1/log/consistency?from=${from}${to === null ? '' : `&to=${to}`}`);
        const proof = body as Consistency;
        expect([proof.from, proof.to, bytes(proof.fromRoot)]).toEqual([from, to ?? LETTER, MTH(leaves.slice(0, from))]);
        expect(
          verifyConsistency(from, proof.to, bytes(proof.fromRoot), bytes(proof.toRoot), proof.hashes.map(bytes)),
        ).toBe(true);
      }
    }
  });

  it('refuse by name what cannot be answered', async () => {
    for (const [query, field] of [
      ['inclusion', 'leafIndex'],
      ['inclusion?leafIndex=-1', 'leafIndex'],
      ['inclusion?leafIndex=007', 'leafIndex'],
      ['inclusion?leafIndex=1e1', 'leafIndex'],
      [`inclusion?leafIndex=${LETTER}`, 'leafIndex'],
      ['inclusion?leafIndex=7&size=7', 'leafIndex'],
      ['inclusion?leafIndex=7&size=0', 'size'],
      ['inclusion?leafIndex=7&size=99999', 'size'],
      ['inclusion?leafIndex=7&size=9007199254740993', 'size'],
      ['inclusion?leafIndex=7&leafIndex=8', 'leafIndex'],
      ['inclusion?leafIndex=7&at=8', 'at'],
      ['consistency', 'from'],
      ['consistency?from=0', 'from'],
      ['consistency?from=9&to=8', 'from'],
      ['consistency?from=9&to=99999', 'to'],
      ['consistency?from=9&to=', 'to'],
      ['checkpoint?size=x', 'size'],
      ['checkpoint?at=1', 'at'],
      ['key?at=1', 'at'],
      ['status?at=1', 'at'],
    ]) {
      const { status, body } = await ledger.get(`/v1/log/${query}`);
      expect([query, status, (body as { errors?: { field: string }[] }).errors?.[0]?.field]).toEqual([
        query,
        400,
        field,
      ]);
    }
    for (const query of ['checkpoint?size=0', 'checkpoint?size=99999']) {
      const { status, body } = await ledger.get(`/v1/log/${query}`);
      expect([status, body]).toMatchObject([404, { type: 'urn:ledger:problem:not-found' }]);
    }
    expect((await ledger.get('/v1/decisions/kst-29521-446-untso?proof=yes')).body).toMatchObject({
      errors: [{ field: 'proof' }],
    });
    expect((await ledger.get('/v1/decisions?proof=true')).status).toBe(400);
  });

  it('come as texts with a decision, the moment it is recorded, for each of its events', async () => {
    const keys = await keysOf(ledger);
    for (const n of [1, 2, 3]) {
      const { body } = await ledger.send('POST', '/v1/decisions', reserve(`proven-${n}`));
      const { events, position } = body as { events: { eventId: string }[]; position: string };
      const answer = await ledger.get(`/v1/decisions/proven-${n}?proof=true`, { 'x-ledger-after': position });
      const { proofs, effects } = answer.body as { proofs: Proofs; effects: unknown[] };
      expect(proofs.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
      expect(effects).toHaveLength(2);
      const leaves = await leavesOf(ledger);
      for (const [i, { proof }] of proofs.entries()) {
        const { index, checkpoint } = verifyTlogProof(proof, leaves[leaves.length - 2 + i]!, keys);
        expect(index).toBe(leaves.length - 2 + i);
        expect(checkpoint.root).toEqual(MTH(leaves.slice(0, checkpoint.size)));
      }
    }
    const { proofs, ...rest } = (await ledger.get('/v1/decisions/proven-1?proof=true')).body as { proofs: Proofs };
    expect(proofs).toHaveLength(2);
    expect((await ledger.get('/v1/decisions/proven-1')).body).toEqual(rest);
    expect((await ledger.get('/v1/decisions/proven-1?proof=false')).body).toEqual(rest);
  });

  it('come with repairs as well', async () => {
    const annulled = await ledger.send('POST', '/v1/decisions/proven-3/annulment', { reason: 'a test' });
    const { decisionId, position, events } = annulled.body as {
      decisionId: string;
      position: string;
      events: { eventId: string }[];
    };
    const { body } = await ledger.get(`/v1/decisions/${decisionId}?proof=true&after=${position}`);
    const { proofs } = body as { proofs: Proofs };
    expect(proofs.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    verifyTlogProof(proofs[0]!.proof, (await leavesOf(ledger)).at(-1)!, await keysOf(ledger));
    // What was annulled is in the log as it was.
    expect(((await ledger.get('/v1/decisions/proven-3?proof=true')).body as { proofs: Proofs }).proofs).toHaveLength(2);
  });

  it('rest on a checkpoint that holds a write, where the write is asked for', async () => {
    for (const n of [1, 2, 3]) {
      const { body } = await ledger.send('POST', '/v1/decisions', reserve(`held-${n}`));
      const { position } = body as { position: string };
      const { size } = await checkpointOf(ledger, `?after=${position}`);
      const events = (await leavesOf(ledger)).length;
      expect(size).toBe(events);
      expect((await ledger.get('/v1/log/inclusion?leafIndex=0', { 'x-ledger-after': position })).body).toMatchObject({
        size: events,
      });
    }
    expect((await ledger.get('/v1/log/checkpoint?after=999999')).status).toBe(503);
  });

  it('keep every checkpoint, each consistent with those after it', async () => {
    const sizes = [LETTER, (await checkpointOf(ledger)).size];
    for (const size of sizes) expect((await checkpointOf(ledger, `?size=${size}`)).size).toBe(size);
    const [from, to] = [
      await checkpointOf(ledger, `?size=${sizes[0]}`),
      await checkpointOf(ledger, `?size=${sizes[1]}`),
    ];
    const { body } = await ledger.get(`/v1/log/consistency?from=${from.size}&to=${to.size}`);
    expect(verifyConsistency(from.size, to.size, from.root, to.root, (body as Consistency).hashes.map(bytes))).toBe(
      true,
    );
  });

  it('are answered without a body to whoever has them, but never out of date', async () => {
    for (const path of [
      '/v1/log/inclusion?leafIndex=3&size=50',
      '/v1/log/consistency?from=3&to=50',
      `/v1/log/checkpoint?size=${LETTER}`,
    ]) {
      const etag = (await ledger.get(path)).headers.get('etag')!;
      expect([path, (await ledger.get(path, { 'if-none-match': etag })).status]).toEqual([path, 304]);
      expect((await ledger.send('POST', '/v1/decisions', reserve(`tag-${path.length}`))).status).toBe(201);
      expect([path, (await ledger.get(path, { 'if-none-match': etag })).status]).toEqual([path, 304]);
    }
    // By its revision alone an answer with proofs would look the same for ever.
    const path = '/v1/decisions/proven-1?proof=true&asOf=2023-01-01&knownAt=size:130';
    const before = await ledger.get(path);
    const { body } = await ledger.send('POST', '/v1/decisions', reserve('moves-the-checkpoint'));
    await ledger.get(`/v1/log/checkpoint?after=${(body as { position: string }).position}`);
    const after = await ledger.get(path, { 'if-none-match': before.headers.get('etag')! });
    expect(after.status).toBe(200);
    expect(after.text).not.toBe(before.text);
    expect((await ledger.get('/v1/log/status')).headers.get('etag')).toBeNull();
  });

  it('have the leaf index of every event in the histories', async () => {
    const leaves = await leavesOf(ledger);
    const lines = (await ledger.get('/v1/events')).text.split('\n').slice(0, -1);
    const { items } = (await ledger.get('/v1/mandates/untso/history?limit=1000')).body as {
      items: { leafIndex: number; eventId: string }[];
    };
    for (const { leafIndex, eventId } of items)
      expect(JSON.parse(lines[leafIndex]!)).toMatchObject({ leafIndex, id: eventId });
    expect(items.length).toBeGreaterThan(5);
    expect(leaves).toHaveLength(lines.length);
  });
});
