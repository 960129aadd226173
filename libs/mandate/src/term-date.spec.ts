import { dayAfter, dayBefore, dayRange, firstDay, isDay, isUntil, lastDay } from './term-date.js';

describe('the days that a date stands for', () => {
  it.each([
    ['2025-07-31', '2025-07-31', '2025-07-31'],
    ['2022-12', '2022-12-01', '2022-12-31'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2023-02', '2023-02-01', '2023-02-28'],
    ['2024', '2024-01-01', '2024-12-31'],
    ['2023-21', '2023-03-01', '2023-05-31'],
    ['2023-22', '2023-06-01', '2023-08-31'],
    ['2023-23', '2023-09-01', '2023-11-30'],
    ['2023-24', '2023-12-01', '2024-02-29'],
    ['0099-01', '0099-01-01', '0099-01-31'],
  ])('%s is %s to %s', (text, first, last) => {
    expect(dayRange(text)).toEqual({ first, last });
  });
  it.each([
    '',
    'open',
    '2022-13',
    '2022-00',
    '2022-25',
    '2022-02-30',
    '2023-02-29',
    '0000-01-01',
    '22-12',
    '2022-7-1',
    '2022-12-01T00:00',
    '2022?',
    '2022/2023',
    ' 2022',
    '20220731',
  ])('%p is no date that a term can hold', (text) => expect(dayRange(text)).toBeNull());
  it('tells a full date from the others, and open ends from dates', () => {
    expect([isDay('2022-06-17'), isDay('2022-06'), isDay('2022-06-31')]).toEqual([true, false, false]);
    expect(['open', 'to-be-determined', 'not-stated', '2023-22', 'unknown'].map(isUntil)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('first and last days', () => {
  it('lie before and after every date where none is given', () => {
    expect([firstDay(null), firstDay(undefined), lastDay(undefined), lastDay('open')]).toEqual([
      '0000-01-01',
      '0000-01-01',
      '9999-12-31',
      '9999-12-31',
    ]);
  });
  it('refuse what is no date', () => {
    expect(() => firstDay('soon')).toThrow(RangeError);
  });
});

describe('the day after and before', () => {
  it('cross months and leap days, and stay at the ends of time', () => {
    expect([dayAfter('2024-02-28'), dayAfter('2023-12-31'), dayBefore('2024-03-01'), dayBefore('2023-01-01')]).toEqual([
      '2024-02-29',
      '2024-01-01',
      '2024-02-29',
      '2022-12-31',
    ]);
    expect([dayAfter('9999-12-31'), dayBefore('0000-01-01')]).toEqual(['9999-12-31', '0000-01-01']);
  });
});
