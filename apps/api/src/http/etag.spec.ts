import { etagOfBytes, isFixed, namesEtag } from './etag.js';

describe('an entity tag of bytes', () => {
  it('is the beginning of their SHA-256, whether they are text or bytes', () => {
    expect(etagOfBytes('Georgië')).toBe(etagOfBytes(Buffer.from('Georgië')));
    expect(etagOfBytes('')).toBe('"47DEQpj8HBSa-_TImW-5JC"');
    expect(etagOfBytes('a')).not.toBe(etagOfBytes('b'));
  });
});

describe('If-None-Match', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"x", "a"', true],
    ['"x",W/"a" , "y"', true],
    ['"b,c", "a"', true],
    ['*', true],
    [' * ', true],
    [undefined, false],
    ['', false],
    ['a', false],
    ['"A"', false],
    ['"aa"', false],
    ['"x", "y"', false],
    ['"a', false],
    ['"*"', false],
  ])('%p names "a": %p', (header, named) => {
    expect(namesEtag(header, '"a"')).toBe(named);
  });
});

describe('a question', () => {
  it.each([
    [{}, false],
    [{ asOf: '2022-07-01' }, false],
    [{ knownAt: 'size:118' }, false],
    [{ asOf: '2022-07-01', knownAt: '2022-07-01T00:00:00Z' }, false],
    [{ asOf: '2022-07-01', knownAt: 'size:118' }, true],
    [{ asOf: ['2022-07-01', '2022-07-02'], knownAt: 'size:118' }, false],
  ])('%j is fixed: %p', (query, fixed) => {
    expect(isFixed(query)).toBe(fixed);
  });
});
