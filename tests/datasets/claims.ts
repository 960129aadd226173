/** The figures and dates that a decision claims, in the letter's Dutch words. */
import type { DecisionBody } from '../../apps/api/src/decisions/record-decision.command.js';

export interface Claim {
  readonly claim: string;
  readonly stands: RegExp;
}

const NUMBERS = 'nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien'.split(' ');
const MONTHS = 'januari februari maart april mei juni juli augustus september oktober november december'.split(' ');
const SEASONS: Readonly<Record<string, string>> = {
  '21': '(voorjaar|lente)',
  '22': 'zomer',
  '23': '(najaar|herfst)',
  '24': 'winter',
};
/** The letter leaves the year out when it is its own. */
const OWN_YEAR = '2022';

/** A head count in words or digits; the "een" of "een stafofficier" is one as well. */
const heads = (n: number): string =>
  `(${NUMBERS[n] === undefined ? n : `${n}|${NUMBERS[n] === 'een' ? '[ée][ée]n' : NUMBERS[n]}`})`;

export function claimsOf({ effects }: DecisionBody): Claim[] {
  const claims: Claim[] = [];
  visit(effects, '', claims);
  return claims;
}

function visit(value: unknown, name: string, claims: Claim[]): void {
  if (Array.isArray(value) && name === 'between') {
    claims.push({
      claim: `${name} ${value.join(' to ')}`,
      stands: new RegExp(`\\b${heads(value[0] as number)} (tot|of) ${heads(value[1] as number)}\\b`, 'i'),
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) visit(member, Array.isArray(value) ? name : key, claims);
  } else if (typeof value === 'number') {
    const qualifier = name === 'atMost' ? 'maximaal ' : name === 'atLeast' ? 'minimaal ' : '';
    claims.push({
      claim: `${name} ${value}`,
      stands: new RegExp(`(?<!\\p{L})${qualifier}${heads(value)}(?!\\p{L})`, 'iu'),
    });
  } else if (['from', 'until', 'on', 'dueBy', 'effectiveFrom'].includes(name) && /^\d{4}/.test(String(value))) {
    claims.push({ claim: `${name} ${String(value)}`, stands: dateIn(String(value)) });
  }
}

function dateIn(date: string): RegExp {
  const [year, part, day] = date.split('-');
  const tail = year === OWN_YEAR ? `( ${year}| jl\\.|\\b)` : ` ${year}`;
  if (part === undefined) return new RegExp(`\\b(${year}|${year === OWN_YEAR ? 'het jaar' : `–${year}`})\\b`);
  const named = SEASONS[part] ?? MONTHS[Number(part) - 1]!;
  return new RegExp(`${day === undefined ? '' : `\\b${Number(day)} `}${named}${tail}`, 'i');
}
