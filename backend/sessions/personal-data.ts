import type { PersonalSection } from '../privacy/personal-section.ts';
import { FIRST_NUMBER, readRows } from '../privacy/personal-section.ts';
import { fromHex } from '../shared/bytes.ts';

/** Where the member is and was signed in. */
export const sessionsData: PersonalSection = {
  name: 'sessions',
  tables: ['sessions', 'sign_in_challenges'],
  read: readRows(
    `SELECT * FROM (SELECT row_number() OVER (ORDER BY created_at, token_hash) AS place, jsonb_build_object('method', method,
       'key', '0x' || encode(key, 'hex'), 'device', device, 'origin', origin, 'createdAt', created_at, 'lastUsedAt', last_used_at,
       'expiresAt', expires_at) AS item FROM sessions WHERE account = $1) s WHERE place > $2::bigint ORDER BY place LIMIT $3`,
    FIRST_NUMBER,
  ),
  async erase(tx, account, now) {
    await tx.query('DELETE FROM sign_in_challenges WHERE account = $1', [fromHex(account)]);
    // The rows stay for a day, without what they told: else a signed sign-in could be used again.
    const { rowCount } = await tx.query(
      `UPDATE sessions SET expires_at = least(expires_at, $2), device = NULL, last_used_at = NULL, method = NULL, key = NULL WHERE account = $1`,
      [fromHex(account), now],
    );
    return rowCount ?? 0;
  },
};
