/** The ledger's days are those of the cabinet that decides: Europe/Amsterdam. */
const AMSTERDAM = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Amsterdam',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

let memo = { minute: -1, day: '' };

/**
 * The calendar day in Europe/Amsterdam at an instant, `YYYY-MM-DD`. Formatting costs more than the read that asks for
 * it, so a minute's answer is kept.
 */
export function todayIn(now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000);
  if (memo.minute !== minute) memo = { minute, day: AMSTERDAM.format(now) };
  return memo.day;
}
