/** The answers while the views hold less than was signed. */
import type { Views } from '../views/views.js';
import type { Checkpoints } from '../checkpoints/checkpoints.js';
import { GetConsistencyHandler, GetInclusionHandler, GetLogKeysHandler, notSigned } from './log.handlers.js';
import { GetConsistency, GetInclusion } from './log.queries.js';

const views = (size: number) => ({ tree: { size: () => size } }) as unknown as Views;
const checkpoints = (signed: number, isPending: boolean, trouble: string | null = null) =>
  ({
    newest: () => (signed === 0 ? null : { size: signed, note: '' }),
    covering: () => Promise.resolve(null),
    verifiers: () => [],
    isPending,
    trouble,
  }) as unknown as Checkpoints;
const notYet = (headers: object = { 'retry-after': '1' }) => ({
  slug: 'not-caught-up',
  status: 503,
  extra: { headers },
});
const invalid = { slug: 'invalid', status: 400 };

describe('a size that is asked for', () => {
  it.each([
    ['was signed, and the views are built anew', 57, 116, 116, true, notYet()],
    ['was signed by another replica, and the views are built anew', 57, 116, 120, true, notYet()],
    ['was signed, and the views hold nothing yet', 0, 116, 116, true, notYet()],
    ['was never signed, and the views hold everything', 116, 116, 117, false, invalid],
    ['is beyond all that was signed', 57, 100, 117, false, invalid],
    ['is none', 57, 116, 0, true, invalid],
    ['is of a log that is empty', 0, 0, 1, false, invalid],
  ])('%s', async (_, held, signed, asked, isPending, answer) => {
    const [present, kept] = [views(held), checkpoints(signed, isPending)];
    await expect(new GetConsistencyHandler(present, kept).execute(new GetConsistency(1, asked))).rejects.toMatchObject(
      answer,
    );
    await expect(new GetInclusionHandler(present, kept).execute(new GetInclusion(0, asked))).rejects.toMatchObject(
      answer,
    );
  });

  it('was signed, and the log lost it: waiting does not help', async () => {
    const handler = new GetConsistencyHandler(views(57), checkpoints(116, false, 'events are missing'));
    const problem = await handler.execute(new GetConsistency(1, 116)).catch((error: unknown) => error);
    expect(problem).toMatchObject({
      slug: 'not-caught-up',
      detail: expect.stringContaining('events are missing') as string,
      extra: {},
    });
    expect((problem as { extra: object }).extra).not.toHaveProperty('headers');
  });

  it('is left to the newest checkpoint, and the views hold nothing yet', async () => {
    const handler = new GetConsistencyHandler(views(0), checkpoints(116, true));
    await expect(handler.execute(new GetConsistency(1, null))).rejects.toMatchObject(notYet());
  });
});

it('the keys are not given before the log was read, because it may name older keys', () => {
  expect(() => new GetLogKeysHandler(checkpoints(116, true)).execute()).toThrow(
    expect.objectContaining(notYet()) as Error,
  );
});

it('an answer that waiting cannot improve does not ask the client to come back', () => {
  expect(notSigned(checkpoints(1, false))).toMatchObject(notYet());
  expect(notSigned(checkpoints(1, false, 'another key')).extra).toEqual({});
});
