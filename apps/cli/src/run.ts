/** The program itself: `ledger …`. */
import { EXIT } from './could-not-run.js';
import { run } from './program.js';
import { writeWhole } from './write-whole.js';

function write(bytes: Uint8Array): void {
  try {
    writeWhole(1, bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Whoever read may have gone, and needs no word.
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
  process.exitCode = EXIT.couldNotRun; // and not 1, which would say that something does not hold
}
