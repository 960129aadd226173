/** The program itself: `ledger …`. */
import { writeSync } from 'node:fs';
import { EXIT } from './could-not-run.js';
import { run } from './program.js';

const PIPE_CLOSED = 'EPIPE';

/** At once and whole, so that the process may end after the last line. */
function say(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let at = 0; at < bytes.length;)
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === PIPE_CLOSED) process.exit(EXIT.couldNotRun); // whoever read has gone
      if (code !== 'EAGAIN') throw error;
    }
}

try {
  process.exitCode = await run(process.argv.slice(2), { env: process.env, say });
} catch (error) {
  console.error(error);
  process.exitCode = EXIT.couldNotRun; // and not 1, which would say that something does not hold
}
