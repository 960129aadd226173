/** The `ledger` program. */
import { EXIT } from './could-not-run.js';
import { run } from './program.js';
import { writeWhole } from './write-whole.js';

function write(bytes: Uint8Array): void {
  try {
    writeWhole(1, bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A reader that has gone away needs no message.
    if (code !== 'EPIPE') console.error(`ledger: standard output cannot be written (${message}).`);
    process.exit(EXIT.couldNotRun);
  }
}

try {
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    write,
    say: (line) => write(Buffer.from(`${line}\n`)),
    tell: (line) => console.error(line),
    colours: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
  });
} catch (error) {
  console.error(error);
  process.exitCode = EXIT.couldNotRun; // not 1: that would say that something does not hold
}
