/** The program. Everything that it does is in main.ts. */
import { setFlagsFromString } from 'node:v8';
import { main } from './main.js';

/** Otherwise V8 lets garbage grow to several times the live memory while many decisions come in. */
setFlagsFromString('--heap-growing-percent=30');

await main();
