/** A program that prints a new key for a log of several replicas: the argument is what the log is to be called. */
import { drawnKey } from '#setup';

const [origin] = process.argv.slice(2);
if (origin === undefined) {
  console.error(
    'Say what the log is to be called: a name without blanks and plus signs, such as ledger.example.org/mandates.',
  );
  process.exitCode = 2;
} else console.log(drawnKey(origin));
