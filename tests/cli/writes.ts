/**
 * Its own process, which writes one event after the other to a log. It prints how many were acknowledged, and stops
 * when its standard input ends.
 */
import { v5 } from 'uuid';
import { openSqliteEventLog } from '#event-log';

const log = openSqliteEventLog(process.argv[2]!);
let going = true;
process.stdin.on('end', () => (going = false)).resume();
for (let written = 1; going; written++) {
  await log.append(
    'mandate-busy',
    [{ id: v5(`${written}`, v5.URL), type: 'RightReserved', data: {}, metadata: {} }],
    'any',
  );
  console.log(written);
}
await log.close();
