/** The program itself; everything that it does is in main.ts. */
import { setFlagsFromString } from 'node:v8';
import { main } from './main.js';

/**
 * While many decisions come in, V8 would else let garbage grow to several times what is alive before it looks for it.
 */
setFlagsFromString('--heap-growing-percent=30');

await main();
