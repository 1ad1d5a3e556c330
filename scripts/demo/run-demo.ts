import type { Program } from '../../backend/main.ts';
import type { Keys } from '../launch/keys.ts';
import { openApi } from './demo-api.ts';
import { type DemoRecord, keepDemo } from './demo-record.ts';
import { type DemoMember, openMember } from './members.ts';
import { isPerformed, performActs } from './perform-acts.ts';
import { recordHistory } from './record-history.ts';

const openMembers = (record: DemoRecord): Promise<DemoMember[]> =>
  Promise.all(record.members.map(openMember));

/** Gives the demo its past, once: purchases, then acts, all through the running network's own API. */
export async function runDemo(
  program: Program,
  { data, keys, record }: { data: string; keys: Keys; record: DemoRecord },
): Promise<void> {
  const api = openApi(program.url);
  const members = await openMembers(record);
  let now = record;
  if (!now.hasHistory) {
    await recordHistory(api, { members, keys, startedAt: now.startedAt });
    now = { ...now, hasHistory: true };
    keepDemo(data, now);
  }
  await performActs(api, { data, members, network: program.deps.network }, now);
}

/** Whether the demo has all of its past. */
export const isPlayed = (record: DemoRecord): boolean => record.hasHistory && isPerformed(record);

/** Enrols the demo's members, who may be enrolled already, and gives the codes by which a till knows them. */
export async function enrolMembers(
  program: Program,
  record: DemoRecord,
): Promise<{ name: string; code: string }[]> {
  const api = openApi(program.url);
  const members = await openMembers(record);
  return Promise.all(
    members.map(async ({ name, enrolment }) => {
      const { code } = await api.enrolMember({ body: enrolment });
      return { name, code };
    }),
  );
}
