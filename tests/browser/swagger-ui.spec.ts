/** Swagger UI in a real browser, as an analyst and a clerk use it: every read, and the whole round of a decision. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { Ledger } from '../e2e/ledger.js';
import { openLedger } from '../e2e/hosted.js';
import { OpenApiDocument } from '../e2e/openapi-document.js';

const CHROMIUM = process.env['LEDGER_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
/** Without a browser these count as skipped. */
const withBrowser = existsSync(CHROMIUM) ? it : it.skip;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe('Swagger UI', () => {
  let ledger: Ledger;
  let profile: string;
  let context: BrowserContext;
  let page: Page;
  const wrong: string[] = [];

  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) return;
    ledger = await openLedger();
    profile = mkdtempSync(join(tmpdir(), 'ledger-browser-'));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: FLAGS,
      viewport: { width: 1280, height: 900 },
    });
    page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('requestfailed', (request) => wrong.push(`${request.method()} ${request.url()} failed`));
    await page.goto(`${ledger.url}/docs/`);
    await page.waitForSelector('.opblock');
  }, 120_000);
  afterAll(async () => {
    if (!existsSync(CHROMIUM)) return;
    await context.close();
    await ledger.stop();
    rmSync(profile, { recursive: true, force: true });
  });

  const operation = (id: string): Locator => page.locator(`.opblock[id$="-${id}"]`);

  /** Opens an operation and presses Execute. @returns the status and the body that the page shows */
  async function execute(id: string): Promise<{ status: string; body: string }> {
    const block = operation(id);
    if (!(await block.getAttribute('class'))!.includes('is-open'))
      await block.locator('.opblock-summary-control').click();
    const answered = page.waitForResponse(
      (response) => response.url().includes('/v1/') || response.url().includes('/health/'),
    );
    await block.locator('button.execute').click();
    await answered;
    const live = block.locator('.live-responses-table .response');
    await live.waitFor();
    return {
      status: (await live.locator('.response-col_status').innerText()).trim().split('\n')[0]!,
      body: await live.locator('.response-col_description').innerText(),
    };
  }

  withBrowser(
    'answers every read with the examples that it shows',
    async () => {
      const { reads } = await OpenApiDocument.of(ledger);
      // An example of a write shows this one; the next test posts it.
      const recorded = reads.filter(({ operationId }) => operationId !== 'getDecision');
      for (const { operationId: id } of recorded) {
        expect([id, (await execute(id)).status]).toEqual([id, '200']);
        // The page becomes slow with many long answers.
        await operation(id).locator('.opblock-summary-control').click();
      }
      const { body } = await execute('getMandate');
      expect(body).toContain('"status": "in-force"');
      expect(body).toContain('"exactly": 15');
    },
    120_000,
  );

  withBrowser(
    'goes the whole round: refused, authorised, recorded, repeated, seen',
    async () => {
      const refused = await execute('recordDecision');
      expect(refused.status).toBe('401');
      expect(refused.body).toContain('recorder-token');

      await page.locator('button.authorize').first().click();
      await page.locator('.modal-ux input').fill(ledger.token);
      await page.locator('.modal-ux button.authorize').click();
      await page.locator('.modal-ux button.btn-done').click();

      expect((await execute('recordDecision')).status).toBe('201');
      expect((await execute('recordDecision')).status).toBe('200');
      const seen = await execute('getDecision');
      expect(seen.status).toBe('200');
      expect(seen.body).toContain('"exactly": 18');

      const examples = operation('recordDecision')
        .locator('.examples-select select, select.examples-select__element')
        .first();
      await examples.selectOption({ label: 'A contradiction, refused with 422' });
      const contradiction = await execute('recordDecision');
      expect(contradiction.status).toBe('422');
      expect(contradiction.body).toContain('strength-mismatch');
      for (const id of ['putMission', 'putDocument']) expect([id, (await execute(id)).status]).toEqual([id, '201']);
    },
    120_000,
  );

  withBrowser('loads nothing from other hosts, and no script fails', () => {
    expect(wrong).toEqual([]);
  });
});
