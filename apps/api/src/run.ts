/** The program itself; everything that it does is in main.ts. */
import { main } from './main.js';

await main();
