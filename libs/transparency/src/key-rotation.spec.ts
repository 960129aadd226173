import { keyRotation, rotationsOf, verifierKeysOf } from './key-rotation.js';
import { signerKey } from './keys.js';

const key = (name: string, seed: number) => signerKey(name, Buffer.alloc(32, seed)).verifier;
const [first, second, third] = [key('a.example', 1), key('a.example', 2), key('a.example', 3)];

describe('a change of the key', () => {
  it('names two verifier keys of one name', () => {
    const { from, to } = keyRotation({ from: first.text, to: second.text })!;
    expect([from.text, to.text]).toEqual([first.text, second.text]);
  });

  it.each([
    null,
    'text',
    {},
    { from: first.text },
    { from: first.text, to: 7 },
    { from: first.text, to: 'no key' },
    { from: `${first.text}=`, to: second.text },
    { from: first.text, to: key('b.example', 2).text },
  ])('changes nothing where it names no such: %j', (data) => {
    expect(keyRotation(data)).toBeNull();
  });
});

it('every key of a log comes once, the newest first', () => {
  const rotations = [
    keyRotation({ from: first.text, to: second.text })!,
    keyRotation({ from: second.text, to: third.text })!,
  ];
  expect(verifierKeysOf(third, rotations).map(({ text }) => text)).toEqual([third.text, second.text, first.text]);
});

it('a change of the key of another log counts for nothing', () => {
  const other = { from: key('b.example', 1), to: key('b.example', 2) };
  const own = { from: first, to: second };
  expect(rotationsOf('a.example', [own, other])).toEqual([own]);
  expect(verifierKeysOf(second, [own, other]).map(({ text }) => text)).toEqual([second.text, first.text]);
});
