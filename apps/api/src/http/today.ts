/** Days in Europe/Amsterdam, where the cabinet decides. */
const AMSTERDAM = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Amsterdam',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

let memo = { minute: -1, day: '' };

/**
 * The calendar day in Europe/Amsterdam at an instant, as `YYYY-MM-DD`. Formatting costs more than a whole read, so the
 * day is kept for a minute.
 */
export function todayIn(now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000);
  if (memo.minute !== minute) memo = { minute, day: AMSTERDAM.format(now) };
  return memo.day;
}
