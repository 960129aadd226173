import { leafHash } from './leaf.js';
import { HASH, MTH } from './testing/naive-tree.js';
import { Frontier, nodeHash, perfectRoot, sha256, splitOf } from './tree.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/**
 * The leaves that implementations of Certificate Transparency have been held against from the beginning, and the roots
 * of their first n.
 */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  hex,
);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the tree of RFC 9162', () => {
  it('has the known root at every size', () => {
    const frontier = new Frontier();
    const roots = [frontier.root().toString('hex')];
    for (const leaf of LEAVES) {
      frontier.append(leafHash(leaf));
      roots.push(frontier.root().toString('hex'));
    }
    expect(roots).toEqual(ROOTS);
    expect(frontier.size).toBe(8);
  });

  it('says which perfect subtrees a leaf completes, and with which root', () => {
    const hashes = LEAVES.map(leafHash);
    const frontier = new Frontier();
    const completed = hashes.map((hash) => {
      const told: string[] = [];
      frontier.append(hash, (height, root) => told.push(`${height} ${root.toString('hex')}`));
      return told;
    });
    const of = (from: number, height: number): string =>
      `${height} ${MTH(hashes.slice(from, from + 2 ** height)).toString('hex')}`;
    expect(completed).toEqual([
      [],
      [of(0, 1)],
      [],
      [of(2, 1), of(0, 2)],
      [],
      [of(4, 1)],
      [],
      [of(6, 1), of(4, 2), of(0, 3)],
    ]);
  });

  it('keeps no hold of the bytes that it is given', () => {
    const buffer = Buffer.alloc(32, 7);
    const frontier = new Frontier();
    frontier.append(buffer);
    buffer.fill(8);
    expect(frontier.root()).toEqual(Buffer.alloc(32, 7));
  });

  it('has nodes and perfect subtrees as the RFC hashes them', () => {
    const hashes = Array.from({ length: 256 }, (_, i) => HASH(Buffer.of(i)));
    expect(nodeHash(hashes[0]!, hashes[1]!)).toEqual(HASH(Buffer.of(1), hashes[0]!, hashes[1]!));
    for (const count of [1, 2, 4, 128, 256])
      expect(perfectRoot(Buffer.concat(hashes.slice(0, count)))).toEqual(MTH(hashes.slice(0, count)));
  });

  it('splits where the RFC does', () => {
    expect([2, 3, 4, 5, 8, 9, 2 ** 40, 2 ** 40 + 1].map(splitOf)).toEqual([1, 2, 2, 4, 4, 8, 2 ** 39, 2 ** 40]);
  });

  it('hashes text as its UTF-8', () => {
    expect(sha256('ქართული 🇬🇪')).toEqual(HASH(Buffer.from('ქართული 🇬🇪')));
    expect(leafHash('é')).toEqual(HASH(Buffer.of(0), Buffer.from('é')));
    expect(leafHash(Buffer.from('é'))).toEqual(leafHash('é'));
  });
});
