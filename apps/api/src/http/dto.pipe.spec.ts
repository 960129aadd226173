import 'reflect-metadata';
import type { ArgumentMetadata } from '@nestjs/common';
import { DtoPipe } from './dto.pipe.js';
import { Whole } from './fields.js';
import { ListQuery, NoQuery } from './page.query.js';

class Body {
  @Whole(1, 9)
  declare readonly size: number;
}

describe('the pipe of DTOs', () => {
  const check = (value: unknown, metadata: ArgumentMetadata) => (): unknown => new DtoPipe().transform(value, metadata);

  it('checks a query and a body against the class of the parameter, and returns them unchanged', () => {
    const query = { limit: '10' };
    expect(check(query, { type: 'query', metatype: ListQuery })()).toBe(query);
    expect(check({ limit: '0' }, { type: 'query', metatype: ListQuery })).toThrow('The query cannot be taken: limit');
    expect(check({ limit: ['1', '2'] }, { type: 'query', metatype: ListQuery })).toThrow(
      'limit was given more than once',
    );
    expect(check({ size: 0 }, { type: 'body', metatype: Body })).toThrow('The body cannot be taken: size');
  });

  it('refuses every parameter where there is none', () => {
    expect(check({}, { type: 'query', metatype: NoQuery })()).toEqual({});
    expect(check({ none: '1' }, { type: 'query', metatype: NoQuery })).toThrow('none is not a field here');
  });

  it('refuses to pass on what it cannot check', () => {
    expect(check({}, { type: 'query', metatype: Object })).toThrow('whose type is a class');
    expect(check({}, { type: 'body', metatype: undefined })).toThrow('whose type is a class');
    expect(check('10', { type: 'query', metatype: ListQuery, data: 'limit' })).toThrow('must be taken whole');
  });

  it('runs the check that a decorator brings', () => {
    const data = ((value: unknown) => `checked ${String(value)}`) as unknown as string;
    expect(check('x', { type: 'custom', metatype: Object, data })()).toBe('checked x');
    expect(check('x', { type: 'param', metatype: String, data: 'id' })()).toBe('x');
  });
});
