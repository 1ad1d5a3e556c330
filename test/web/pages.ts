/** What people do on the pages, in their words. */
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

/** Opens the wallet and reads the code off it. */
export async function openWallet(page: Page, { url }: Stage): Promise<string> {
  await page.goto(`${url}/code`);
  const shown = page.getByTestId('member-code').getByText(/^\d{4} \d{4}$/);
  await shown.waitFor();
  const code = ((await shown.textContent()) ?? '').replace(' ', '');
  await goTo(page, 'Home');
  return code;
}

/** A tap in the wallet's main navigation. */
export async function goTo(page: Page, name: 'Home' | 'Shops' | 'Code' | 'History' | 'Me'): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
}

/** Opens a till with the key in the link, as it comes printed. */
export async function openTill(page: Page, { url }: Stage, key: string): Promise<void> {
  await page.goto(`${url}/till#key=${key}`);
  await page.getByRole('heading', { name: 'Give points' }).waitFor();
}

/** Types a sale into a till. */
export async function typeSale(page: Page, { code, cents }: { code: string; cents: number }): Promise<void> {
  await page.getByLabel('Member’s code').fill(code);
  await page.getByLabel('Purchase').fill(String(cents));
}

/** Gives points at a till. */
export async function givePoints(page: Page, sale: { code: string; cents: number }): Promise<void> {
  await typeSale(page, sale);
  await page.getByRole('button', { name: 'Give points' }).click();
  await page.getByTestId('given-points').waitFor();
}

/** Waits until the wallet's list shows so many points of a brand. */
export async function waitForPoints(page: Page, partner: number, points: string): Promise<void> {
  await page.getByTestId(`brand-${partner}`).getByText(points, { exact: true }).waitFor();
}

export interface Spending {
  action: 'Spend' | 'Swap' | 'Give';
  to: string;
  points: number;
}

/** From the wallet's home to the exact terms, ready to be approved. Returns the sentence that stands there. */
export async function askTerms(page: Page, { action, to, points }: Spending): Promise<string> {
  await page.getByRole('button', { name: action, exact: true }).click();
  await page.getByRole('radio', { name: new RegExp(`^${to}`) }).check();
  await page.getByLabel('How many points').fill(String(points));
  await page.getByRole('button', { name: /^See what/ }).click();
  return (await page.getByTestId('quote-sentence').textContent()) ?? '';
}

/** Approves and waits until it is recorded. */
export async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.locator('[data-status=mined], [data-status=final]').waitFor();
}

/** Opens the audit page and waits for an answer. */
export async function openAudit(page: Page, { url }: Stage): Promise<void> {
  await page.goto(`${url}/audit`);
  await page.locator('[data-verdict=good]').waitFor();
}

/** Words that members never meet outside of the proof pages. */
const MACHINERY =
  /\b(0x[0-9a-f]+|wallet address|gas|tokens?|mint(ed|s)?|sign(ed|ature)?|transactions?|blockchain|chain|seed|keys?|nonce|hash)\b/gi;

/** Which of those words are on the screen. */
export async function machineryWords(page: Page): Promise<string[]> {
  const words = (await page.locator('body').textContent()) ?? '';
  return words.match(MACHINERY) ?? [];
}
