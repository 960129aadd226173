/** The compiler ties a schema to its type. Each `@ts-expect-error` is a mistake that must not compile. */
import type { AnyOf, SchemasOf } from './schema.js';
import { day, listOf, named, namedSchemas, nullable, objectOf, optional, pageOf, text, whole } from './schema.js';

interface Item {
  readonly id: string;
  readonly size: number;
  readonly on: string | null;
  readonly tags: readonly ('a' | 'b')[];
  readonly note?: string;
}

const members: SchemasOf<Item> = {
  id: text,
  size: whole,
  on: nullable(day),
  tags: listOf(text),
  note: optional(text),
};

describe('the schema of an object', () => {
  it('has every member of the type, and requires those that are not optional', () => {
    expect(objectOf<Item>(members, 'An item')).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string' },
        size: { type: 'integer', minimum: 0 },
        on: { type: 'string', format: 'date', nullable: true },
        tags: { type: 'array', items: { type: 'string' } },
        note: { type: 'string' },
      },
      required: ['id', 'size', 'on', 'tags'],
      description: 'An item',
    });
  });

  it('does not compile with a mistake', () => {
    const { note: _note, ...fewer } = members;
    // @ts-expect-error a member is missing
    objectOf<Item>(fewer);
    // @ts-expect-error the type has no such member
    objectOf<Item>({ ...members, id: text, stranger: text });
    // @ts-expect-error the type says number
    objectOf<Item>({ ...members, size: text });
    // @ts-expect-error the member may be null
    objectOf<Item>({ ...members, on: day });
    // @ts-expect-error the member is never null
    objectOf<Item>({ ...members, id: nullable(text) });
    // @ts-expect-error the member may be absent
    objectOf<Item>({ ...members, note: text });
    // @ts-expect-error the member is never absent
    objectOf<Item>({ ...members, id: optional(text) });
    // @ts-expect-error the member is a list
    objectOf<Item>({ ...members, tags: text });
    // @ts-expect-error the page has a member that its type does not have
    pageOf<Item, { readonly to: string }>(objectOf<Item>(members), { to: day, from: day });
  });

  it('of a union has the members of all its types', () => {
    type Either =
      { readonly kind: 'a'; readonly on: null } | { readonly kind: 'b'; readonly on: string; readonly by: string };
    expect(objectOf<AnyOf<Either>>({ kind: text, on: nullable(day), by: optional(text) })).toMatchObject({
      required: ['kind', 'on'],
    });
  });
});

describe('a schema with a name', () => {
  it('is a reference, and the document has the schema once', () => {
    const reference = named('SpecItem', objectOf<Item>(members));
    expect(reference).toEqual({ $ref: '#/components/schemas/SpecItem' });
    expect(nullable(reference)).toEqual({ nullable: true, allOf: [reference] });
    expect(namedSchemas()['SpecItem']).toMatchObject({ required: ['id', 'size', 'on', 'tags'] });
    expect(() => named('SpecItem', text)).toThrow('two schemas are named SpecItem');
  });
});
